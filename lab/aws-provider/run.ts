import { randomUUID } from "node:crypto";
import type { RelayReceiverArgs } from "../../aws";
import type { DeclaredControls } from "../../receiver/contract";
import type { Engine } from "../../toolbox/pulumi";
import { callFunction } from "./call-function";
import { type Destination, startDestination } from "./destination";
import { event, ownWords, postEvent } from "./event";
import { inventory, permissions, removePermission, secretVersions } from "./inventory";
import type { LocalAws } from "./local-aws";
import { CHANGED, FIRST, LIMITED, PAUSED, receiver } from "./program";
import { ProviderStack, type Run } from "./stack";
import { only, type Step, Steps, unchanged, warnsOfOverride } from "./steps";

export type { Step } from "./steps";

export interface Settings {
  readonly engine: Engine;
  /** The directory of the plugin. */
  readonly bin: string;
  /** It has to hold nothing yet. */
  readonly aws: LocalAws;
  readonly report: (step: Step) => void;
}

const URL_PERMISSION = "aws:lambda/permission:Permission receiver-url-permission";
const SECRET_VALUE = "aws:secretsmanager/secretVersion:SecretVersion receiver-support-secret-value";
/** A relay's secret gets a new version. It is all that is ever replaced: nothing that keeps events. */
const NEW_SECRET_VALUE = ["create-replacement", "replace", "delete-replaced"].map((op) => `${op} ${SECRET_VALUE}`);

const ARRIVES_WITHIN_MS = 30_000;
/** A function gets an event within a second where nothing holds it back. */
const HELD_BACK_MS = 4_000;

/** Takes a receiver through its life on the real provider. Ends early only where a later step would have no sense. */
export async function life({ engine, bin, aws, report }: Settings): Promise<Step[]> {
  const destination = await startDestination();
  const before = await inventory(aws);
  const stack = await ProviderStack.of(engine, bin, aws);
  const one = new Life(new Steps(report), stack, aws, destination);
  try {
    if (!(await one.isMade())) return one.steps.taken;
    await one.works();
    await one.healsItsPermission();
    await one.isChangedAndPaused();
    await one.isControlledByCommands();
    await one.isRotated();
  } finally {
    await one.isDestroyed(before);
    stack.remove();
    await destination.close();
  }
  return one.steps.taken;
}

class Life {
  private readonly former = randomUUID();
  private readonly current = randomUUID();

  constructor(
    readonly steps: Steps,
    private readonly stack: ProviderStack,
    private readonly aws: LocalAws,
    private readonly destination: Destination,
  ) {}

  async isMade(): Promise<boolean> {
    await this.steps.run("up", () => this.up(FIRST, this.former, LIMITED), only("create"), warnsOfOverride(undefined));
    if (!this.steps.isWell) return false;
    await this.isGranted();
    await this.isSettled();
    await this.steps.run("preview", () => this.stack.preview(), unchanged);
    return true;
  }

  async works(): Promise<void> {
    await this.send("signed event", this.former, 200);
    await this.send("unsigned event", undefined, 401);
    await this.steps.take("filtered event", async () => {
      const body = ownWords();
      const answered = await postEvent(this.aws, await this.stack.output("url"), body, this.former);
      const problems = answered.body === '{"status":"filtered"}' ? [] : [`answered ${answered.body}`];
      if (await this.destination.received(body, HELD_BACK_MS)) problems.push("it was delivered");
      return { said: `answered ${answered.status} ${answered.body}`, problems };
    });
    await this.steps.take("silence", async () => {
      const name = await this.stack.functionCalled("receiver-silence");
      const failure = await callFunction(this.aws, name, { source: "aws.events" });
      return { said: "looked, with the rights of its role", problems: failure === undefined ? [] : [failure] };
    });
  }

  async healsItsPermission(): Promise<void> {
    await this.steps.take("permission removed", async () => {
      await removePermission(this.aws, await this.stack.output("intake"), "FunctionURLAllowPublicAccess");
      return { said: "by hand", problems: [] };
    });
    // AWS answers 403 now. ministack 1.5.33 does not check an unsigned call of a URL against policies, so it is not asked.
    await this.steps.run("refresh", () => this.stack.refresh(), only(`delete ${URL_PERMISSION}`));
    await this.steps.run("up", () => this.up(FIRST, this.former, LIMITED), only(`create ${URL_PERMISSION}`));
    await this.isGranted();
    await this.send("signed event", this.former, 200);
  }

  /** All of it in place, controls too. That the functions are changed, starts them anew: else they learn of controls in six minutes. */
  async isChangedAndPaused(): Promise<void> {
    const up = (): Promise<Run> => this.up(CHANGED, this.former, PAUSED);
    await this.steps.run("up, changed and paused", up, only("update", ...NEW_SECRET_VALUE));
    await this.isSettled();
  }

  async isControlledByCommands(): Promise<void> {
    const held = event();
    await this.steps.take("signed, while paused", async () => {
      const { status } = await postEvent(this.aws, await this.stack.output("url"), held, this.former);
      const problems = status === 200 ? [] : ["it was not taken"];
      if (await this.destination.received(held, HELD_BACK_MS)) problems.push("it was delivered");
      return { said: `answered ${status}, held back`, problems };
    });
    await this.command("resume", ["--for", "1h", "--reason", "moved"], /support delivers, at most 20 a second/);
    await this.steps.take("after the resume", async () => {
      const came = await this.destination.received(held, ARRIVES_WITHIN_MS);
      return { said: came ? "delivered" : "not delivered", problems: came ? [] : ["what was held back did not come"] };
    });
    const again = (): Promise<Run> => this.up(CHANGED, this.former, PAUSED);
    const flows = /relay "support" is not paused, whatever is declared, by ana since .* until .* \(moved\)/;
    await this.steps.run("up, an override stands", again, unchanged, warnsOfOverride(flows));
    await this.command("limit", ["--max-per-second", "5"], /at most 5 a second/);
    await this.command("status", [], /limited to 5 a second by ana/);
    const limited = /relay "support" is limited to 5 a second by ana/;
    await this.steps.run("preview", () => this.stack.preview(), unchanged, warnsOfOverride(limited));
  }

  /** A new signing secret, and no controls any more: an override of the table stands all the same, until it is ended. */
  async isRotated(): Promise<void> {
    // The functions start anew for their log level, and so know at once what else is in the secret.
    const up = (): Promise<Run> => this.up({ ...CHANGED, logLevel: "info" }, this.current, {});
    const changes = only(...NEW_SECRET_VALUE, "update aws:lambda/function:Function");
    await this.steps.run("up, rotated", up, changes, warnsOfOverride(/limited to 5 a second/));
    await this.steps.take("secret", async () => {
      const held = await secretVersions(this.aws, await this.stack.output("secret"));
      const expected = { AWSCURRENT: this.current, AWSPREVIOUS: this.former };
      const problems = Object.entries(expected)
        .filter(([label, secret]) => !held[label]?.includes(secret))
        .map(([label]) => `${label} is not what it should be`);
      return { said: `has ${Object.keys(held).sort().join(" and ")}`, problems };
    });
    await this.command("resume", [], /^support delivers\.$/m);
    await this.steps.run("preview", () => this.stack.preview(), unchanged, warnsOfOverride(undefined));
    await this.steps.run("refresh", () => this.stack.refresh(), unchanged);
    await this.send("signed, new secret", this.current, 200);
    await this.send("signed, former secret", this.former, 200);
  }

  async isDestroyed(before: readonly string[]): Promise<void> {
    const intake = await this.stack.output("intake").catch(() => undefined);
    const held = await inventory(this.aws);
    await this.steps.run("destroy", () => this.stack.destroy(), only("delete"));
    await this.steps.take("left behind", async () => {
      const left = (await inventory(this.aws)).filter((each) => !before.includes(each));
      const statements = intake === undefined ? [] : await permissions(this.aws, intake);
      const problems = [...left, ...statements.map((id) => `permission ${id}`)];
      // A listing that never saw anything would find nothing now either.
      if (held.length === before.length) problems.push("nothing was seen while the stack was up");
      return { said: `${problems.length} of ${held.length - before.length}`, problems };
    });
  }

  private up(args: RelayReceiverArgs, signingSecret: string, controls: DeclaredControls): Promise<Run> {
    return this.stack.up(receiver(args, { signingSecret, destination: this.destination.url, controls }));
  }

  private async isSettled(): Promise<void> {
    await this.steps.run("preview", () => this.stack.preview(), unchanged);
    await this.steps.run("refresh", () => this.stack.refresh(), unchanged);
  }

  /** What AWS requires of a public URL since October 2025: both statements, and no other. */
  private isGranted(): Promise<void> {
    return this.steps.take("permissions", async () => {
      const found = (await permissions(this.aws, await this.stack.output("intake"))).sort();
      const expected = ["FunctionURLAllowInvokeAction", "FunctionURLAllowPublicAccess"];
      const problems = found.join() === expected.join() ? [] : [`expected ${expected.join(", ")}`];
      return { said: `of the function URL: ${found.join(", ")}`, problems };
    });
  }

  /** Signed with a secret, or not at all: what the function answers, and whether the destination gets it. */
  private send(name: string, secret: string | undefined, status: number): Promise<void> {
    return this.steps.take(name, async () => {
      const body = event();
      const answered = await postEvent(this.aws, await this.stack.output("url"), body, secret);
      const problems = answered.status === status ? [] : [`expected ${status}: ${answered.body}`];
      const delivered = answered.status === 200 && (await this.destination.received(body, ARRIVES_WITHIN_MS));
      if (status === 200 && !delivered) problems.push("the destination did not get the event");
      return { said: `answered ${answered.status}${delivered ? ", delivered" : ""}`, problems };
    });
  }

  /** As somebody types it, over the real outputs of the stack. */
  private command(verb: string, more: readonly string[], expected: RegExp): Promise<void> {
    return this.steps.take(`kustomer-relay ${verb}`, async () => {
      const about = verb === "status" ? [] : ["--relay", "support", "--by", "ana"];
      const { said, problem } = await this.stack.command([verb, ...about, ...more]);
      const problems = problem === undefined ? [] : [problem];
      if (!expected.test(said)) problems.push(`expected ${expected.source}: ${said}`);
      return { said: said.split("\n", 1)[0] ?? "", problems };
    });
  }
}
