import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Claim, Claims, type ClaimResult } from "../../../receiver/aws/claims";
import { changeVisibility, sendMessage } from "../../../receiver/aws/queue";
import { SecretVersions } from "../../../receiver/aws/secret-versions";
import { ENGINES, type EngineName, LocalEngine } from "../../../sandbox/aws/engine";
import { makeResources, putRelay, type Resources } from "../../../sandbox/aws/resources";
import { until } from "../support/destination";
import { useTools } from "./support";

/**
 * What the functions rely on, on two implementations that know nothing of each other. What these disagree about is not relied
 * on: expired receipt handles, moving messages between queues, deduplication of what was deleted. Several events of one
 * conversation that are put off together come back in their order on ministack, as AWS documents, and mixed up on moto: the
 * tests of the whole chain show that one.
 */
const WITHIN_MS = 5_000;
const VISIBLE_AGAIN_SECONDS = 2;
const MOST_RECEIVES = 3;
const tools = useTools();

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly Attributes: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}

describe.each(Object.keys(ENGINES) as EngineName[])("on %s", (name) => {
  let engine: LocalEngine;
  let resources: Resources;
  let made = 0;

  beforeAll(async () => {
    engine = await LocalEngine.start(tools(), name);
  });
  afterAll(() => engine.stop());

  async function fresh(): Promise<Resources> {
    const settings = { visibilitySeconds: VISIBLE_AGAIN_SECONDS, maxReceiveCount: MOST_RECEIVES };
    return (resources = await makeResources(engine.call, { name: `relay-${(made += 1)}`, ...settings }));
  }

  const put = (groupId: string, body: string, deduplicationId = body): Promise<void> =>
    sendMessage(
      engine.call,
      resources.queueUrl,
      { groupId, deduplicationId, body, attributes: { route: "some-route" } },
      WITHIN_MS,
    );

  async function receive(url = resources.queueUrl, most = 10): Promise<readonly Message[]> {
    const { Messages = [] } = await engine.call<{ Messages?: Message[] }>(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: url, MaxNumberOfMessages: most, AttributeNames: ["All"], MessageAttributeNames: ["All"] },
      WITHIN_MS,
    );
    return Messages;
  }

  const remove = ({ ReceiptHandle }: Message): Promise<unknown> =>
    engine.call("sqs", "DeleteMessage", { QueueUrl: resources.queueUrl, ReceiptHandle }, WITHIN_MS);

  const bodies = (messages: readonly Message[]): string[] => messages.map(({ Body }) => Body);

  test("an event that is stored twice is there once, with its attributes and how often it was received", async () => {
    await fresh();
    await put("conversation", "first");
    await put("conversation", "first");
    const [message, ...more] = await receive();
    expect(more).toEqual([]);
    expect(message).toMatchObject({ Body: "first", MessageAttributes: { route: { StringValue: "some-route" } } });
    expect(message?.Attributes).toMatchObject({ MessageGroupId: "conversation", ApproximateReceiveCount: "1" });
  });

  test("a body of 1 MiB comes out as it went in, which is the largest that SQS takes", async () => {
    await fresh();
    const body = randomBytes((1024 * 1024 * 3) / 4 - 1024).toString("base64");
    await put("conversation", body, "large");
    expect(bodies(await receive())).toEqual([body]);
  });

  test("a conversation waits for its first event, in order, and other conversations flow on", async () => {
    await fresh();
    await put("one", "1-first");
    const [first] = await receive();
    await put("one", "1-second");
    await put("two", "2-first");
    expect(bodies(await receive())).toEqual(["2-first"]);
    if (first) await remove(first);
    expect(bodies(await receive())).toEqual(["1-second"]);
  });

  test("an event that is put off comes back after its time, and nothing of its conversation before it", async () => {
    await fresh();
    for (const body of ["first", "second"]) await put("conversation", body);
    const [first] = await receive(resources.queueUrl, 1);
    await changeVisibility(engine.call, resources.queueUrl, [first?.ReceiptHandle ?? ""], 1_000, WITHIN_MS);
    expect(await receive()).toEqual([]);
    await sleep(1_500);
    const again = await receive();
    expect(bodies(again)).toEqual(["first", "second"]);
    expect(again[0]?.Attributes.ApproximateReceiveCount).toBe("2");
  });

  test("an event that is received too often is moved to the dead letters as it is, and frees its conversation", async () => {
    await fresh();
    await put("conversation", "poison");
    await put("conversation", "next");
    for (let times = 0; times < MOST_RECEIVES; times += 1) {
      const [message] = await receive(resources.queueUrl, 1);
      expect(message?.Body).toBe("poison");
      await changeVisibility(engine.call, resources.queueUrl, [message?.ReceiptHandle ?? ""], 0, WITHIN_MS);
    }
    const next: Message[] = [];
    await until(async () => {
      next.push(...(await receive()));
      return next.length > 0;
    }, "the event after it");
    expect(bodies(next)).toEqual(["next"]);
    expect(await receive(resources.deadLetterQueueUrl)).toMatchObject([
      { Body: "poison", MessageAttributes: { route: { StringValue: "some-route" } } },
    ]);
  });

  test("one of twenty functions gets an event's claim, and only it can say that the event is over", async () => {
    await fresh();
    let tokens = 0;
    const claims = new Claims({
      call: engine.call,
      table: resources.table,
      clock: Date.now,
      newToken: () => `token-${(tokens += 1)}`,
    });
    const claim = (): Promise<ClaimResult> => claims.claim("event", 60_000, WITHIN_MS);
    const results = await Promise.all(Array.from({ length: 20 }, claim));
    const won = results.flatMap((result) => (result.is === "claimed" ? [result.claim] : []));
    expect(won).toHaveLength(1);
    expect(results.filter(({ is }) => is === "held")).toHaveLength(19);
    const [holder] = won as [Claim];
    await claims.settle({ ...holder, token: "somebody-else" }, "delivered", WITHIN_MS);
    expect(await claim()).toMatchObject({ is: "held" });
    await claims.settle(holder, "delivered", WITHIN_MS);
    expect(await claim()).toEqual({ is: "over" });
  });

  test("after a rotation the secret before is AWSPREVIOUS, and after one more change it can still be read", async () => {
    await fresh();
    const relay = { relay: "support", destination: { url: "https://example.com/" } };
    await putRelay(engine.call, resources, "route", { ...relay, signingSecret: "older" });
    await putRelay(engine.call, resources, "route", { ...relay, signingSecret: "newer" });
    const secretOf = async (VersionStage: string): Promise<unknown> => {
      const input = { SecretId: `${resources.secretPrefix}/route`, VersionStage };
      const answer = await engine.call<{ SecretString: string }>("secretsmanager", "GetSecretValue", input, WITHIN_MS);
      return (JSON.parse(answer.SecretString) as { signingSecret: string }).signingSecret;
    };
    expect([await secretOf("AWSCURRENT"), await secretOf("AWSPREVIOUS")]).toEqual(["newer", "older"]);

    await putRelay(engine.call, resources, "route", { ...relay, signingSecret: "newer", controls: { paused: true } });
    expect([await secretOf("AWSCURRENT"), await secretOf("AWSPREVIOUS")]).toEqual(["newer", "newer"]);
    const versions = new SecretVersions(engine.call, Date.now);
    const superseded = await versions.superseded(`${resources.secretPrefix}/route`, WITHIN_MS);
    expect(superseded.map((text) => (JSON.parse(text) as { signingSecret: string }).signingSecret)).toEqual(
      // ministack forgets a version with its label.
      name === "moto" ? ["older"] : [],
    );
  });
});
