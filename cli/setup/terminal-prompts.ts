import { harmlessLines } from "../harmless";
import type { Prompts } from "./walk";

/** In a terminal, by Clack; loaded where somebody is asked. */
export async function terminalPrompts(): Promise<Prompts> {
  const { isCancel, log, note, password, select, text } = await import("@clack/prompts");
  return {
    show: (title, told) => {
      // A frame would stand in the way of what is to be copied.
      if (told.includes("\n")) note(harmlessLines(told), harmlessLines(title), { format: (line) => line });
      else log.info(`${harmlessLines(title)}: ${harmlessLines(told)}`);
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
