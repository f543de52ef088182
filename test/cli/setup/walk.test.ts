import { expect, test } from "@jest/globals";
import { problemWith } from "../../../cli/setup/set-up";
import type { Setup, SetupStep } from "../../../cli/setup/step";
import { type Prompts, type Steps, walk } from "../../../cli/setup/walk";

const ID = "11111111-1111-4111-8111-111111111111";

const step = (title: string, takes: SetupStep["takes"], fields: SetupStep["fields"] = []): SetupStep => ({
  id: title,
  relay: "support",
  title,
  page: "Console > Page",
  fields,
  takes,
  command: `pulumi config set ${title}`,
});
const KEY = step("key", { kind: "secret", ask: "The token" });
const ACCOUNT = step("account", { kind: "uuid", ask: "Its UUID" }, [{ label: "API key", secret: true }]);
const FLOW = step("flow", { kind: "done", ask: "" }, [
  { label: "Name", value: "flow" },
  { label: "Webhook secret key", secret: true },
]);

/** A stack whose steps come before and after its `up`, as state and config would tell. */
class Stack implements Steps {
  readonly recorded: Record<string, string> = {};
  ups = 0;

  look(): Promise<Setup> {
    const open = (steps: SetupStep[]): SetupStep[] => steps.filter(({ id }) => this.recorded[id] === undefined);
    const steps = [...open([KEY, ACCOUNT]), ...(this.ups === 0 ? [] : open([FLOW]))];
    const next = steps.length > 0 ? "step" : this.ups < 2 ? "up" : "nothing";
    return Promise.resolve({ steps, next, relays: [] });
  }

  record(id: string, value: string): Promise<void> {
    this.recorded[id] = value;
    return Promise.resolve();
  }

  secretOf(id: string, label: string): string {
    return `the ${label} of ${id}`;
  }
}

/** A person whose answers are known beforehand; "^C" is Ctrl-C. */
class Person implements Prompts {
  readonly saw: string[] = [];

  constructor(private readonly answers: string[]) {}

  show(title: string, text: string): void {
    this.saw.push(`${title}: ${text}`);
  }

  choose(_question: string, choices: readonly string[]): Promise<number | undefined> {
    const answer = this.answers.shift() ?? "^C";
    const place = choices.findIndex((choice) => choice.startsWith(answer));
    if (answer !== "^C" && place < 0) throw new Error(`${answer} is none of ${choices.join(", ")}`);
    return Promise.resolve(answer === "^C" ? undefined : place);
  }

  ask(_question: string, { problemWith: wrong }: Parameters<Prompts["ask"]>[1]): Promise<string | undefined> {
    let answer = this.answers.shift() ?? "^C";
    while (answer !== "^C" && wrong(answer) !== undefined) {
      this.saw.push(wrong(answer) ?? "");
      answer = this.answers.shift() ?? "^C";
    }
    return Promise.resolve(answer === "^C" ? undefined : answer);
  }
}

const walkWith = (stack: Stack, person: Person, isWell = true) =>
  walk({
    steps: stack,
    prompts: person,
    problemWith,
    up: () => {
      stack.ups += 1;
      return Promise.resolve(isWell);
    },
  });

test("a person is led through every step, before up and after it, and sees a secret when they want to", async () => {
  const stack = new Stack();
  const person = new Person([
    "the-token",
    "show API key",
    "go on",
    "no id",
    ID,
    "run",
    "show",
    "I have done it",
    "run",
  ]);
  expect(await walkWith(stack, person)).toBe("done");
  expect(stack.recorded).toEqual({ key: "the-token", account: ID, flow: "" });
  expect(person.saw).toEqual([
    "key (2 steps left): Console > Page\nRecorded by: pulumi config set key",
    "account: Console > Page\n  API key: (secret)\nRecorded by: pulumi config set account",
    "API key: the API key of account",
    expect.stringContaining("must be the UUID of the object"),
    "flow: Console > Page\n  Name: flow\n  Webhook secret key: (secret)\nRecorded by: pulumi config set flow",
    "Webhook secret key: the Webhook secret key of flow",
  ]);
});

test("Ctrl-C anywhere leaves what was recorded, and the next run goes on from there", async () => {
  const stack = new Stack();
  for (const answers of [["^C"], ["the-token", "^C"], ["stop"], ["go on", "^C"]])
    expect(await walkWith(stack, new Person(answers))).toBe("stopped");
  expect(stack.recorded).toEqual({ key: "the-token" });
  expect(await walkWith(stack, new Person(["go on", ID, "stop"]))).toBe("stopped");
  expect(stack.ups).toBe(0);
  expect(await walkWith(stack, new Person(["run", "I have", "run"]))).toBe("done");
});

test("an up that fails ends it", async () => {
  const stack = new Stack();
  expect(await walkWith(stack, new Person(["the-token", "go on", ID, "run"]), false)).toBe("failed");
  expect(stack.ups).toBe(1);
});

test("what a program has to say itself is recorded by nobody: up is next, which takes note of it", async () => {
  const flow = step("flow", { kind: "program", ask: "" });
  const stack = new Stack();
  stack.look = () =>
    Promise.resolve(
      stack.ups === 0 ? { steps: [flow], next: "step", relays: [] } : { steps: [], next: "nothing", relays: [] },
    );
  expect(await walkWith(stack, new Person(["stop"]))).toBe("stopped");
  expect(await walkWith(stack, new Person(["the program says so"]))).toBe("done");
  expect([stack.ups, stack.recorded]).toEqual([1, {}]);
});
