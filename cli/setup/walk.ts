import { RelayError } from "../../providers/lifecycle/errors";
import type { Setup, SetupStep } from "./step";

/** Where a person is asked. `undefined` is their Ctrl-C. */
export interface Prompts {
  show(title: string, text: string): void;
  choose(question: string, choices: readonly string[]): Promise<number | undefined>;
  ask(question: string, wish: Wish): Promise<string | undefined>;
}

export interface Wish {
  /** Not shown while it is typed. */
  readonly secret: boolean;
  readonly suggestion: string | undefined;
  /** What is wrong with an answer; `undefined` where it will do. */
  readonly problemWith: (answer: string) => string | undefined;
}

/** What is set up: `StackSetup`. */
export interface Steps {
  look(): Promise<Setup>;
  record(id: string, value: string): Promise<void>;
  secretOf(id: string, label: string): string;
}

export interface Walk {
  readonly steps: Steps;
  readonly prompts: Prompts;
  readonly problemWith: (step: SetupStep, value: string) => string | undefined;
  /** Runs `pulumi up`, shown; whether it went well. */
  readonly up: () => Promise<boolean>;
}

/**
 * Goes through what is left to do, one after the other, until nothing is or the person stops. Each answer is recorded at once, so
 * that it goes on from there whenever it is run again.
 */
export async function walk({ steps, prompts, problemWith, up }: Walk): Promise<"done" | "stopped" | "failed"> {
  for (;;) {
    const { steps: open, next, trouble } = await steps.look();
    if (trouble !== undefined) throw new RelayError(trouble);
    const [step] = open;
    if (step !== undefined) {
      prompts.show(open.length === 1 ? step.title : `${step.title} (${open.length} steps left)`, textOf(step));
      const answer = await answerTo(step, steps, prompts, problemWith);
      if (answer === undefined) return "stopped";
      if (step.takes.kind !== "program") await steps.record(step.id, answer);
      else if (!(await up())) return "failed";
    } else if (next === "nothing") return "done";
    else {
      const chosen = await prompts.choose("All is recorded. pulumi up changes what is live.", ["run pulumi up", STOP]);
      if (chosen !== 0) return "stopped";
      if (!(await up())) return "failed";
    }
  }
}

const STOP = "stop here; the same command goes on from here";

/** What is to be recorded, once the person has seen the secrets that they want to see. */
async function answerTo(
  step: SetupStep,
  steps: Steps,
  prompts: Prompts,
  problemWith: Walk["problemWith"],
): Promise<string | undefined> {
  const { takes, fields, id } = step;
  const secrets = fields.flatMap((field) => ("secret" in field ? [field.label] : []));
  const goOn = { done: "I have done it", program: "the program says so: run pulumi up" };
  if (takes.kind === "done" || takes.kind === "program" || secrets.length > 0) {
    const go = takes.kind in goOn ? goOn[takes.kind as keyof typeof goOn] : "go on";
    let chosen: number | undefined;
    do {
      chosen = await prompts.choose("When you are ready", [go, ...secrets.map((label) => `show ${label}`), STOP]);
      const label = chosen === undefined ? undefined : secrets[chosen - 1];
      if (label === undefined) break;
      prompts.show(label, steps.secretOf(id, label));
    } while (chosen !== 0);
    if (chosen !== 0) return undefined;
  }
  if (takes.kind === "done" || takes.kind === "program") return "";
  return prompts.ask(takes.ask, {
    secret: takes.kind === "secret",
    suggestion: takes.suggestion,
    problemWith: (answer) => problemWith(step, answer),
  });
}

/** A step as text: the page, the form, and the command that does the same. */
export function textOf({ page, fields, command }: SetupStep): string {
  const lines = fields.map((field) => `  ${field.label}: ${"secret" in field ? "(secret)" : field.value}`);
  return [page, ...lines, `Recorded by: ${command}`].join("\n");
}
