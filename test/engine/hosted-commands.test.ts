import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { signedEvent } from "../../lab/chaos/event";
import { quietEngine } from "../../lab/quiet-engine";
import { engineEnv } from "../../toolbox/pulumi";
import { TestStack } from "./support/test-stack";
import { drain, hosted, type Hosted, SECRET, urlEvent } from "../receiver/aws/support/hosted";
import { type Ended, runNode } from "../receiver/aws/support/run-node";
import { COMMAND } from "../receiver/support/command";
import { ok, testDestination, type TestDestination } from "../receiver/support/destination";
import { temporaryFolder } from "../receiver/support/temporary-folder";

const folder = temporaryFolder();
let stack: TestStack;
let environment: NodeJS.ProcessEnv;
/** Fixed, because a stack's outputs are read by many tests; the endpoint that answers for them is each test's own. */
const QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/000000000000/events.fifo";
const DEAD_LETTER_QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/000000000000/dead.fifo";

beforeAll(async () => {
  const receiver = { kind: "aws", region: "eu-west-1", queueUrl: QUEUE_URL, deadLetterQueueUrl: DEAD_LETTER_QUEUE_URL };
  // As the ready-made stack does: one output a relay, and a secret in it. Two relays share the receiver.
  stack = await TestStack.of(() =>
    Promise.resolve({
      support: {
        signingSecret: pulumi.secret("not-to-be-shown"),
        receiver: { ...receiver, dashboardUrl: "https://d/" },
      },
      sales: { receiver },
      other: { receiver: { kind: "url", url: "https://example.com/" } },
    }),
  );
  await stack.up();
  const engine = await quietEngine();
  environment = {
    ...process.env,
    PATH: engineEnv(engine).PATH,
    PULUMI_BACKEND_URL: `file://${stack.directory}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example-secret-access-key",
  };
});

afterAll(() => {
  stack.remove();
});

function command(args: readonly string[], { aws }: Pick<Hosted, "aws">, more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const env = { ...environment, AWS_ENDPOINT_URL: aws.url, ...more };
  return runNode([COMMAND, ...args, "--stack", "dev", "--cwd", stack.directory], { env });
}

interface Letter {
  readonly seq: number;
  readonly id: string;
}

async function letters(receiver: Hosted): Promise<Letter[]> {
  return JSON.parse((await command(["dead-letters", "list", "--json"], receiver)).stdout) as Letter[];
}

/** A receiver with dead letters of one conversation, and what comes of the next deliveries in the test's hands. */
async function withDeadLetters(
  count: number,
): Promise<{ receiver: Hosted; destination: TestDestination; ids: string[] }> {
  const destination = await testDestination((response) => {
    response.writeHead(410).end();
  });
  const receiver = await hosted(destination.url);
  receiver.aws.alsoDeadLetters(DEAD_LETTER_QUEUE_URL);
  const events = Array.from({ length: count }, (_, index) => signedEvent(index + 1, 1, SECRET));
  for (const event of events) {
    await receiver.intake()(urlEvent(receiver.route, event));
    receiver.aws.aheadMs += 10;
  }
  await drain(receiver, receiver.delivery());
  destination.behave(ok);
  return { receiver, destination, ids: events.map(({ id }) => id) };
}

describe("against a receiver on AWS", () => {
  test("status tells people in a table and scripts in JSON what waits", async () => {
    const { receiver } = await withDeadLetters(2);
    await receiver.intake()(urlEvent(receiver.route, signedEvent(9, 1, SECRET)));
    const { stdout } = await command(["status"], receiver);
    expect(stdout).toMatch(/The receiver is running\.\nDashboard: https:\/\/d\/\n/);
    expect(stdout).toMatch(
      /destination +waiting +oldest +retrying +dead letters\n(support, sales|sales, support) +1 +- +0 +2\n/,
    );
    expect(stdout).toMatch(/dead-letters list/);
    expect(JSON.parse((await command(["status", "--json"], receiver)).stdout)).toMatchObject({
      running: true,
      destinations: [{ queued: 1, retrying: 0, deadLetters: 2 }],
    });
  });

  test("status has the age of the oldest event where CloudWatch says it", async () => {
    const { receiver } = await withDeadLetters(0);
    receiver.aws.oldestSeconds = 3_600;
    expect((await command(["status"], receiver)).stdout).toMatch(/ 60 min /);
  });

  test("dead letters are listed with their reason, more than fit into one request, and shown with their body when asked", async () => {
    const { receiver, ids } = await withDeadLetters(12);
    const listed = await letters(receiver);
    expect(listed.map(({ id }) => id)).toEqual(ids);
    expect((await command(["dead-letters", "list"], receiver)).stdout).toMatch(/answered 410/);
    const id = String(listed[3]?.seq);
    const shown = (await command(["dead-letters", "show", "--id", id], receiver)).stdout;
    expect(shown).toMatch(new RegExp(`event +${ids[3] ?? ""}\n`));
    expect(shown).not.toContain('"preview"');
    expect((await command(["dead-letters", "show", "--id", id, "--body"], receiver)).stdout).toContain('"preview"');
    // Looking takes nothing away.
    expect((await letters(receiver)).map(({ seq }) => seq)).toEqual(listed.map(({ seq }) => seq));
  });

  test("a replayed event is delivered, past SQS's deduplication and ours, in the order of its conversation", async () => {
    const { receiver, destination, ids } = await withDeadLetters(5);
    const before = destination.arrivals.length;
    expect((await command(["dead-letters", "replay", "--all"], receiver)).stdout).toBe(
      "5 events are back in the queue.\n",
    );
    await drain(receiver, receiver.delivery());
    expect(destination.arrivals.slice(before).map(({ id }) => id)).toEqual(ids);
    expect(await letters(receiver)).toEqual([]);
  });

  test("an event that dies again after a replay can be replayed again", async () => {
    const { receiver, destination } = await withDeadLetters(1);
    for (let round = 0; round < 2; round += 1) {
      destination.behave((response) => {
        response.writeHead(410).end();
      });
      await command(["dead-letters", "replay", "--all"], receiver);
      await drain(receiver, receiver.delivery());
      expect(await letters(receiver)).toHaveLength(1);
    }
    expect(destination.arrivals).toHaveLength(3);
  });

  test("a replay that is broken off between its two steps delivers the event once", async () => {
    const { receiver, destination } = await withDeadLetters(1);
    const before = destination.arrivals.length;
    receiver.aws.fault = ({ operation }, response) => {
      if (operation !== "DeleteMessage") return false;
      response.writeHead(400).end(JSON.stringify({ __type: "InvalidParameterValue", message: "expired" }));
      return true;
    };
    const broken = await command(["dead-letters", "replay", "--all"], receiver);
    expect(broken.stderr).toMatch(/SQS DeleteMessage answered 400 InvalidParameterValue: expired/);
    receiver.aws.fault = () => undefined;
    receiver.aws.aheadMs += 700_000;
    await drain(receiver, receiver.delivery());
    await command(["dead-letters", "replay", "--all"], receiver);
    await drain(receiver, receiver.delivery());
    expect(destination.arrivals.slice(before)).toHaveLength(1);
  });

  test("one is replayed or dropped by its number, the others stay", async () => {
    const { receiver, ids } = await withDeadLetters(3);
    const [first, second] = await letters(receiver);
    const replayed = await command(["dead-letters", "replay", "--id", String(first?.seq), "--json"], receiver);
    expect(JSON.parse(replayed.stdout)).toEqual({ replayed: 1 });
    const dropped = await command(["dead-letters", "drop", "--id", String(second?.seq)], receiver);
    expect(dropped.stdout).toBe("1 event is dropped for good.\n");
    expect((await letters(receiver)).map(({ id }) => id)).toEqual(ids.slice(2));
  });

  test("what SQS moved there by itself, or a stranger put there, is told apart", async () => {
    const { receiver } = await withDeadLetters(0);
    receiver.aws.deadLetters.send({ MessageBody: "hello", MessageGroupId: "x", MessageDeduplicationId: "y" });
    expect((await command(["dead-letters", "list"], receiver)).stdout).toMatch(
      /SQS gave it up after too many receives/,
    );
    const { code, stderr } = await command(["dead-letters", "replay", "--all"], receiver);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "0 replayed; 1 in the dead-letter queue did not come from the intake, and can only be dropped.\n",
    );
    expect(await letters(receiver)).toHaveLength(1);
  });
});

describe("what stands in the way is said in one line", () => {
  test("no credentials, and no AWS CLI that has some", async () => {
    const { receiver } = await withDeadLetters(0);
    const without = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", HOME: folder, AWS_PROFILE: "nobody" };
    const { code, stderr } = await command(["status"], receiver, without);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No AWS credentials: set AWS_ACCESS_KEY_ID .*aws sso login.*\n$/);
  });

  test("nothing when the AWS CLI has credentials, which it is asked for", async () => {
    const { receiver } = await withDeadLetters(0);
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    const script = `#!/bin/sh
[ "$*" = "configure export-credentials --format process" ] || exit 1
echo '{"Version":1,"AccessKeyId":"AKIASSO","SecretAccessKey":"sso-secret","SessionToken":"sso-token"}'
`;
    writeFileSync(join(bin, "aws"), script);
    chmodSync(join(bin, "aws"), 0o755);
    const path = `${bin}:${environment.PATH ?? ""}`;
    const env = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", PATH: path };
    expect((await command(["status"], receiver, env)).code).toBe(0);
    expect(receiver.aws.calls.at(-1)?.headers).toMatchObject({
      authorization: expect.stringContaining("Credential=AKIASSO/") as unknown,
      "x-amz-security-token": "sso-token",
    });
  });

  test("a stack that is not there, one without a receiver on AWS, and no Pulumi", async () => {
    const { receiver } = await withDeadLetters(0);
    const env = { ...environment, AWS_ENDPOINT_URL: receiver.aws.url };
    const asking = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
      runNode([COMMAND, "status", ...args], { env: { ...env, ...more } });
    const missing = await asking(["--stack", "prod", "--cwd", stack.directory]);
    expect(missing.stderr).toMatch(/^pulumi stack output: there is no stack prod; pulumi stack ls lists /);
    const noPulumi = await asking(["--stack", "dev", "--cwd", stack.directory], { PATH: folder });
    expect(noPulumi.stderr).toMatch(/^pulumi stack output: there is no pulumi on the PATH; install/);
    const bare = await TestStack.of(() => Promise.resolve({ url: "https://example.com/" }));
    await bare.up();
    const none = await asking(["--stack", "dev", "--cwd", bare.directory], {
      PULUMI_BACKEND_URL: `file://${bare.directory}`,
    });
    expect(none.stderr).toMatch(/^The outputs of stack dev name no receiver on AWS\. .*\n$/);
    bare.remove();
    const both = await asking(["--stack", "dev", "--store", folder]);
    expect(both.code).toBe(2);
    expect(both.stderr).toMatch(/--stack for a receiver on AWS, or --store or --config/);
  });

  test("a queue that may not be read, with AWS's own words", async () => {
    const { receiver } = await withDeadLetters(0);
    receiver.aws.fault = ({ operation }, response) => {
      if (operation !== "GetQueueAttributes") return false;
      response.writeHead(403).end(JSON.stringify({ __type: "AccessDenied", message: "not authorized" }));
      return true;
    };
    const { code, stderr } = await command(["status"], receiver);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^SQS GetQueueAttributes answered 403 AccessDenied: not authorized \(request id request-\d+\)\n$/,
    );
  });
});
