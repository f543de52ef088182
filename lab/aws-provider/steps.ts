import type { Run } from "./stack";

/** One step of the run, as it is reported. */
export interface Step {
  readonly name: string;
  readonly ms: number;
  readonly said: string;
  readonly changes?: Readonly<Record<string, number>>;
  /** Empty where all is well. */
  readonly problems: readonly string[];
}

type Judge = (run: Run) => readonly string[];

/** What was done so far. A step that fails is one with a problem, and the next one follows. */
export class Steps {
  readonly taken: Step[] = [];

  constructor(private readonly report: (step: Step) => void) {}

  get isWell(): boolean {
    return this.taken.every(({ problems }) => problems.length === 0);
  }

  async take(name: string, work: () => Promise<Omit<Step, "name" | "ms">>): Promise<void> {
    const started = performance.now();
    const done = await work().catch((error: unknown) => ({ said: "failed", problems: [String(error)] }));
    const whole = { name, ms: Math.round(performance.now() - started), ...done };
    this.taken.push(whole);
    this.report(whole);
  }

  /** One run of the CLI. */
  run(name: string, operation: () => Promise<Run>, ...judges: readonly Judge[]): Promise<void> {
    return this.take(name, async () => {
      const done = await operation();
      const counts = Object.entries(done.changes).map(([op, count]) => `${count} ${op}`);
      const problems = judges.flatMap((judge) => judge(done));
      return { said: counts.join(", "), changes: done.changes, problems };
    });
  }
}

export const unchanged: Judge = ({ steps }) => steps.map((each) => `not expected: ${each}`);

/** Steps that begin so, each of them, and no other. */
export function only(...expected: readonly string[]): Judge {
  return ({ steps }) => [
    ...steps.filter((each) => !expected.some((start) => each.startsWith(start))).map((each) => `not expected: ${each}`),
    ...expected.filter((start) => !steps.some((each) => each.startsWith(start))).map((start) => `missing: ${start}`),
  ];
}

/** The override that it warns of; `undefined`: of none. */
export function warnsOfOverride(text: RegExp | undefined): Judge {
  return ({ warnings }) => {
    const said = warnings.filter((each) => each.includes("kustomer-relay resume"));
    if (text === undefined) return said.map((each) => `not expected: ${each}`);
    return said.some((each) => text.test(each))
      ? []
      : [`no warning of ${text.source}; warnings: ${warnings.join("; ")}`];
  };
}
