import { harmlessLines } from "../harmless";
import type { Prompts } from "./walk";

/** In a terminal, by Clack; loaded where somebody is asked. */
export async function terminalPrompts(): Promise<Prompts> {
  const { isCancel, log, password, select, text } = await import("@clack/prompts");
  return {
    show: (title, told) => {
      // Without a frame, which would stand in the way of what is to be copied.
      log.step(harmlessLines(title));
      log.message(harmlessLines(told));
    },
    choose: async (message, choices) => {
      const chosen = await select({ message, options: choices.map((label, value) => ({ value, label })) });
      return isCancel(chosen) ? undefined : chosen;
    },
    ask: async (message, { secret, suggestion, problemWith }) => {
      const validate = (answer: string | undefined): string | undefined => problemWith(answer ?? "");
      const answer = secret
        ? await password({ message, validate })
        : await text({ message, validate, ...(suggestion !== undefined && { initialValue: suggestion }) });
      return isCancel(answer) ? undefined : answer;
    },
  };
}
