import { randomUUID } from "node:crypto";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import * as dynamodb from "@pulumi/aws/dynamodb";
import * as kms from "@pulumi/aws/kms";
import * as sqs from "@pulumi/aws/sqs";
import { RelayReceiver, type RelayReceiverArgs } from "../../aws";
import type { Engine } from "../../toolbox/pulumi";
import { startDestination } from "./destination";
import { event, postEvent } from "./event";
import { inventory, permissions, removePermission, secretVersions } from "./inventory";
import type { LocalAws } from "./local-aws";
import { ProviderStack, type Run } from "./stack";

/** One step of the run, as it is reported. */
export interface Step {
  readonly name: string;
  readonly ms: number;
  readonly said: string;
  readonly changes?: Readonly<Record<string, number>>;
  /** Empty where all is well. */
  readonly problems: readonly string[];
}

export interface Settings {
  readonly engine: Engine;
  /** The directory of the plugin. */
  readonly bin: string;
  /** It has to hold nothing yet. */
  readonly aws: LocalAws;
  readonly report: (step: Step) => void;
}

const ACTION = "arn:aws:sns:us-east-1:000000000000:on-call";

const FIRST: RelayReceiverArgs = {
  alarms: { actions: [ACTION], expectEventEveryMinutes: 60 },
  intake: { maxAgeMinutes: 90 },
  tags: { team: "support" },
};

/** Of every resource that has a setting of ours, one that can be changed where it is. */
const CHANGED: RelayReceiverArgs = {
  alarms: { actions: [ACTION, `${ACTION}-2`], oldestMinutes: 30, expectEventEveryMinutes: 120 },
  intake: { maxAgeMinutes: 120, memoryMiB: 512, reservedConcurrency: 10, unsealedPaths: ["f".repeat(32)] },
  delivery: { timeoutSeconds: 90, maximumConcurrency: 5, giveUpAfterDays: 7 },
  logRetentionDays: 14,
  logLevel: "debug",
  pointInTimeRecovery: true,
  tags: { team: "support", cost: "42" },
};

/** Takes a receiver through its life on the real provider. Ends early only where a later step would have no sense. */
export async function life({ engine, bin, aws, report }: Settings): Promise<Step[]> {
  const steps: Step[] = [];
  const destination = await startDestination();
  const before = await inventory(aws);
  const stack = await ProviderStack.of(engine, bin, aws);

  const step = async (name: string, work: () => Promise<Omit<Step, "name" | "ms">>): Promise<void> => {
    const started = performance.now();
    const done = await work().catch((error: unknown) => ({ said: "failed", problems: [String(error)] }));
    const whole = { name, ms: Math.round(performance.now() - started), ...done };
    steps.push(whole);
    report(whole);
  };
  const run = (name: string, operation: () => Promise<Run>, judge: (run: Run) => string[] | Promise<string[]>) =>
    step(name, async () => {
      const done = await operation();
      const counts = Object.entries(done.changes).map(([op, count]) => `${count} ${op}`);
      return { said: counts.join(", "), changes: done.changes, problems: await judge(done) };
    });
  const unchanged = ({ steps: taken }: Run): string[] => taken.map((each) => `not expected: ${each}`);
  const only =
    (...expected: string[]) =>
    ({ steps: taken }: Run): string[] => [
      ...taken
        .filter((each) => !expected.some((start) => each.startsWith(start)))
        .map((each) => `not expected: ${each}`),
      ...expected.filter((start) => !taken.some((each) => each.startsWith(start))).map((start) => `missing: ${start}`),
    ];
  /** Signed with a secret, or not at all: what the function answers, and whether the destination gets it. */
  const send = (name: string, secret: string | undefined, status: number) =>
    step(name, async () => {
      const body = event();
      const url = await stack.output("url");
      const answered = await postEvent(aws, url, body, secret);
      const problems = answered.status === status ? [] : [`expected ${status}: ${answered.body}`];
      const delivered = answered.status === 200 && (await destination.received(body, 30_000));
      if (status === 200 && !delivered) problems.push("the destination did not get the event");
      return { said: `answered ${answered.status}${delivered ? ", delivered" : ""}`, problems };
    });

  /** What AWS requires of a public URL since October 2025: both statements, and no other. */
  const granted = () =>
    step("permissions", async () => {
      const found = (await permissions(aws, await stack.output("intake"))).sort();
      const expected = ["FunctionURLAllowInvokeAction", "FunctionURLAllowPublicAccess"];
      const problems = found.join() === expected.join() ? [] : [`expected ${expected.join(", ")}`];
      return { said: `of the function URL: ${found.join(", ")}`, problems };
    });

  try {
    const [first, second] = [randomUUID(), randomUUID()];
    const program = (args: RelayReceiverArgs, signingSecret: string): PulumiFn =>
      receiver(args, signingSecret, destination.url);
    await run("up", () => stack.up(program(FIRST, first)), only("create"));
    if (steps.some(({ problems }) => problems.length > 0)) return steps;
    await granted();
    await run("preview", () => stack.preview(), unchanged);
    await run("refresh", () => stack.refresh(), unchanged);
    await run("preview", () => stack.preview(), unchanged);
    await send("signed event", first, 200);
    await send("unsigned event", undefined, 401);

    const permission = "aws:lambda/permission:Permission receiver-url-permission";
    await step("permission removed", async () => {
      await removePermission(aws, await stack.output("intake"), "FunctionURLAllowPublicAccess");
      return { said: "by hand", problems: [] };
    });
    // AWS answers 403 now. ministack 1.5.33 does not check an unsigned call of a URL against policies, so it is not asked.
    await run("refresh", () => stack.refresh(), only(`delete ${permission}`));
    await run("up", () => stack.up(program(FIRST, first)), only(`create ${permission}`));
    await granted();
    await send("signed event", first, 200);

    await run("up, changed", () => stack.up(program(CHANGED, first)), only("update"));
    await run("preview", () => stack.preview(), unchanged);
    await run("refresh", () => stack.refresh(), unchanged);

    const version = "aws:secretsmanager/secretVersion:SecretVersion receiver-support-secret-value";
    await run(
      "up, rotated",
      () => stack.up(program(CHANGED, second)),
      only(`create-replacement ${version}`, `replace ${version}`, `delete-replaced ${version}`),
    );
    await step("secret", async () => {
      const held = await secretVersions(aws, await stack.output("secret"));
      const expected = { AWSCURRENT: second, AWSPREVIOUS: first };
      const problems = Object.entries(expected)
        .filter(([label, secret]) => !held[label]?.includes(secret))
        .map(([label]) => `${label} is not what it should be`);
      return { said: `has ${Object.keys(held).sort().join(" and ")}`, problems };
    });
    await run("preview", () => stack.preview(), unchanged);
    await run("refresh", () => stack.refresh(), unchanged);
    await send("signed, new secret", second, 200);
    await send("signed, former secret", first, 200);
  } finally {
    const intake = await stack.output("intake").catch(() => undefined);
    const held = await inventory(aws);
    await run("destroy", () => stack.destroy(), only("delete"));
    await step("left behind", async () => {
      const left = (await inventory(aws)).filter((each) => !before.includes(each));
      const statements = intake === undefined ? [] : await permissions(aws, intake);
      const problems = [...left, ...statements.map((id) => `permission ${id}`)];
      // A listing that never saw anything would find nothing now either.
      if (held.length === before.length) problems.push("nothing was seen while the stack was up");
      return { said: `${problems.length} of ${held.length - before.length}`, problems };
    });
    stack.remove();
    await destination.close();
  }
  return steps;
}

function receiver(args: RelayReceiverArgs, signingSecret: string, destination: string): PulumiFn {
  return () => {
    const made = new RelayReceiver("receiver", args);
    const relay = made.addRelay("support");
    relay.connect({
      signingSecret: pulumi.secret(signingSecret),
      destination: { url: destination, allowLoopbackHttp: true, keepAnswerExcerpt: false },
    });
    others();
    return Promise.resolve({
      url: relay.url,
      secret: relay.secretArn,
      intake: made.intakeFunctionName,
      dashboard: made.dashboardUrl,
    });
  };
}

/** What the first receiver leaves at its default: a key, a network and a region, and a queue and a table that exist. */
function others(): void {
  const key = new kms.Key("key", { deletionWindowInDays: 7 });
  new RelayReceiver("private", {
    region: "us-east-1",
    kmsKeyArn: key.arn,
    vpc: { subnetIds: ["subnet-0a"], securityGroupIds: ["sg-0a"], intakeToo: true },
    intake: { reservedConcurrency: "none" },
    alarms: false,
    dashboard: false,
  }).addRelay("sales");

  const deadLetters = new sqs.Queue("own-dead-letters", { fifoQueue: true });
  const events = new sqs.Queue("own", { fifoQueue: true });
  const table = new dynamodb.Table("own", {
    billingMode: "PAY_PER_REQUEST",
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    ttl: { attributeName: "expiresAt", enabled: true },
  });
  new RelayReceiver("on-existing", {
    queue: { arn: events.arn, deadLetterArn: deadLetters.arn },
    table: { arn: table.arn },
    alarms: false,
    dashboard: false,
  });
}
