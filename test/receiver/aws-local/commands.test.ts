import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { type Ended, type Started, startProgram } from "../../../cli/start-program";
import { CREDENTIALS, REGION } from "../../../sandbox/aws/engine";
import { COMMAND } from "../support/command";
import { ok, testDestination, until } from "../support/destination";
import { temporaryFolder } from "../support/temporary-folder";
import { send, someEvent, testRelay, useChain } from "./support";

const folder = temporaryFolder();
const chain = useChain({});

/** The stack's outputs come from a stand-in here: the real Pulumi is in test/cli, the real queues are here. */
function start(args: readonly string[]): Started {
  const { queueUrl, deadLetterQueueUrl } = chain().resources;
  const outputs = { support: { receiver: { kind: "aws", region: REGION, queueUrl, deadLetterQueueUrl } } };
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\ncat <<'END'\n${JSON.stringify(outputs)}\nEND\n`);
  chmodSync(join(folder, "pulumi"), 0o755);
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH ?? ""}`,
    AWS_ENDPOINT_URL: chain().engine.url,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
  return startProgram(process.execPath, [COMMAND, ...args, "--stack", "dev"], { env });
}

function command(args: readonly string[]): Promise<Ended> {
  return start(args).ended;
}

async function letters(): Promise<{ seq: number; id: string }[]> {
  const { stdout, stderr } = await command(["dead-letters", "list", "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { seq: number; id: string }[];
}

test("dead letters are seen, replayed past both deduplications in their order, and dropped", async () => {
  const destination = await testDestination((response) => {
    response.writeHead(410).end();
  });
  const relay = await testRelay(chain(), destination.url);
  const events = Array.from({ length: 12 }, () => someEvent(7));
  for (const event of events) expect((await send(relay, event)).status).toBe(200);
  await until(async () => (await letters()).length === events.length, "all events to be given up");

  const status = await command(["status"]);
  expect(status.stderr).toBe("");
  expect(status.stdout).toMatch(/support +0 +- +0 +12\n/);
  expect((await letters()).map(({ id }) => id)).toEqual(events.map(({ id }) => id));

  const [first] = await letters();
  const id = String(first?.seq);
  expect((await command(["dead-letters", "show", "--id", id, "--body"])).stdout).toMatch(
    /\n {2}content-type: application\/json\n[^]*"preview"/,
  );
  expect((await command(["dead-letters", "drop", "--id", id])).stdout).toBe("1 event is dropped for good.\n");

  const before = destination.arrivals.length;
  destination.behave(ok);
  // One a second would take ten seconds: Ctrl-C after the first.
  const replaying = start(["dead-letters", "replay", "--all", "--rate", "1"]);
  await destination.received(before + 1);
  replaying.kill("SIGINT");
  const { stdout, status: exit } = await replaying.ended;
  const [, replayed = "0"] =
    /^(\d+) events? (?:is|are) back in the queue; the rest stay dead letters\.\n$/.exec(stdout) ?? [];
  expect(exit).toBe(130);
  expect((await letters()).length).toBe(11 - Number(replayed));
  expect(Number(replayed)).toBeGreaterThanOrEqual(1);
  expect((await command(["dead-letters", "replay", "--all"])).stdout).toMatch(/are back in the queue\.\n$/);
  await destination.received(before + 11);
  expect(destination.arrivals.slice(before).map((arrival) => arrival.id)).toEqual(events.slice(1).map((one) => one.id));
  expect(await letters()).toEqual([]);
});
