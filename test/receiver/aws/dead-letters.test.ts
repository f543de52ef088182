import { describe, expect, test } from "@jest/globals";
import { createHostedAdmin } from "../../../receiver/aws/admin";
import { type AwsCall, AwsError } from "../../../receiver/aws/client";
import { HostedDeadLetters } from "../../../receiver/aws/dead-letters";
import { encodeDeadLetter, type RelayEvent } from "../../../receiver/aws/message";
import { type Admin, deadLetterPages } from "../../../receiver/admin";

const MINUTE = 60_000;

interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Record<string, { StringValue: string }>;
  hiddenUntil: number;
}

/**
 * A dead-letter queue with as many letters as a test wants, that shows only some at a time, as SQS does with 120,000; and what was
 * put into the queue of events.
 */
class Letters {
  readonly sent: { readonly conversation: string; readonly index: number; readonly deduplicationId: string }[] = [];
  readonly messages = new Map<string, Message>();
  now = Date.now();
  calls = 0;
  failing: (operation: string) => boolean = () => false;

  constructor(
    count: number,
    private readonly mostInFlight: number,
  ) {
    for (let index = 0; index < count; index += 1) {
      const conversation = `conversation-${index % 50}`;
      const event: RelayEvent = {
        route: "route",
        destination: index % 2 === 0 ? "support" : "sales",
        id: `event-${index}`,
        conversation,
        contentType: "application/json",
        signature: "a".repeat(64),
        receivedAt: 1_000_000 + index,
        body: Buffer.from(JSON.stringify({ conversation, index })),
      };
      const death = { reason: "answered 410", status: 410, attempts: 1, diedAt: 2_000_000 + index };
      const { body, attributes } = encodeDeadLetter(event, death);
      const named = Object.entries(attributes).map(([name, value]) => [name, { StringValue: value }] as const);
      this.messages.set(`m-${index}`, {
        id: `m-${index}`,
        body,
        attributes: Object.fromEntries(named),
        hiddenUntil: 0,
      });
    }
  }

  get visible(): number {
    return [...this.messages.values()].filter((one) => one.hiddenUntil <= this.now).length;
  }

  readonly call: AwsCall = <Output>(_service: string, operation: string, input: object): Promise<Output> => {
    this.calls += 1;
    if (this.failing(operation)) return Promise.reject(new AwsError(`SQS ${operation} answered 403`, "AccessDenied"));
    return Promise.resolve(this.answer(operation, input as Record<string, unknown>) as Output);
  };

  private answer(operation: string, input: Record<string, unknown>): unknown {
    switch (operation) {
      case "ReceiveMessage": {
        const Messages = [];
        let free = this.mostInFlight - (this.messages.size - this.visible);
        for (const one of this.messages.values()) {
          if (Messages.length === 10 || free === 0) break;
          if (one.hiddenUntil > this.now) continue;
          free -= 1;
          one.hiddenUntil = this.now + Number(input.VisibilityTimeout) * 1000;
          const { id, body: Body, attributes: MessageAttributes } = one;
          Messages.push({ MessageId: id, ReceiptHandle: id, Body, MessageAttributes });
        }
        return { Messages };
      }
      case "ChangeMessageVisibilityBatch":
        for (const { ReceiptHandle, VisibilityTimeout } of input.Entries as Record<string, string>[]) {
          const message = this.messages.get(ReceiptHandle ?? "");
          if (message) message.hiddenUntil = this.now + Number(VisibilityTimeout) * 1000;
        }
        return {};
      case "DeleteMessage":
        this.messages.delete(String(input.ReceiptHandle));
        return {};
      case "GetQueueAttributes":
        return { Attributes: { ApproximateNumberOfMessages: String(this.visible) } };
      default: {
        const body = Buffer.from(String(input.MessageBody), "base64").toString();
        const { conversation, index } = JSON.parse(body) as { conversation: string; index: number };
        this.sent.push({ conversation, index, deduplicationId: String(input.MessageDeduplicationId) });
        return {};
      }
    }
  }
}

function adminOf({ call }: Letters, mostShown: number): Admin {
  const queues = [{ name: "hub", queueUrl: "https://x/events.fifo", deadLetterQueueUrl: "https://x/dead.fifo", call }];
  return createHostedAdmin({ queues, dashboards: [], clock: Date.now, mostShown });
}

async function listed(admin: Admin): Promise<{ seqs: number[]; unseen: number | undefined }> {
  const seqs: number[] = [];
  const unseen: number[] = [];
  for await (const page of deadLetterPages(admin, {}, (count) => unseen.push(count)))
    seqs.push(...page.map(({ seq }) => seq));
  return { seqs, unseen: unseen.at(-1) };
}

describe("more dead letters than SQS shows", () => {
  test("are listed as far as they can be seen, with how many are not, and none is gone or hidden afterwards", async () => {
    const letters = new Letters(3_000, 1_200);
    const { seqs, unseen } = await listed(adminOf(letters, 1_190));
    expect(seqs.length).toBeGreaterThan(1_000);
    expect(unseen).toBe(3_000 - seqs.length);
    expect(letters.visible).toBe(3_000);
  });

  test("are replayed part by part: each once, none lost, a conversation's in their order within a part", async () => {
    const letters = new Letters(3_000, 1_200);
    const admin = adminOf(letters, 1_190);
    for (let part = 0; part < 5 && letters.messages.size > 0; part += 1) {
      const from = letters.sent.length;
      const { seqs } = await listed(admin);
      expect(await admin.replay({ seqs })).toBe(seqs.length);
      const last = new Map<string, number>();
      for (const { conversation, index } of letters.sent.slice(from)) {
        expect(index).toBeGreaterThan(last.get(conversation) ?? -1);
        last.set(conversation, index);
      }
    }
    expect(letters.messages.size).toBe(0);
    expect(new Set(letters.sent.map(({ index }) => index)).size).toBe(3_000);
    expect(letters.sent).toHaveLength(3_000);
  });

  test("are dropped part by part, and only those that were chosen", async () => {
    const letters = new Letters(3_000, 1_200);
    const admin = adminOf(letters, 1_190);
    let dropped = 0;
    for (let part = 0; part < 4; part += 1) dropped += await admin.drop({ relay: "sales" });
    expect(
      [...letters.messages.values()].filter(({ attributes }) => attributes.relay?.StringValue === "sales").length,
    ).toBe(1_500 - dropped);
    expect(letters.messages.size).toBe(3_000 - dropped);
    expect(letters.visible).toBe(letters.messages.size);
  });
});

describe("a replay at a rate", () => {
  test("takes its time in one go, keeps its letters to itself meanwhile, and says how far it is", async () => {
    const letters = new Letters(12, 1_200);
    const admin = adminOf(letters, 1_190);
    const far: string[] = [];
    const seen: number[] = [];
    const began = performance.now();
    const replayed = await admin.replay({}, 6, {
      onMoved: (moved, of) => {
        far.push(`${moved} of ${of}`);
        seen.push(letters.visible);
      },
    });
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
    expect(replayed).toBe(12);
    expect(far).toEqual(["6 of 12", "12 of 12"]);
    expect(seen).toEqual([0, 0]);
  });

  test("that is broken off leaves the rest as it was, at once", async () => {
    const letters = new Letters(50, 1_200);
    const aborting = new AbortController();
    const replaying = adminOf(letters, 1_190).replay({}, 5, {
      signal: aborting.signal,
      onMoved: () => {
        aborting.abort();
      },
    });
    expect(await replaying).toBe(5);
    expect(letters.messages.size).toBe(45);
    expect(letters.visible).toBe(45);
    expect(letters.sent.map(({ index }) => index).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  });

  test("that would outlast what SQS hides for is refused before anything is replayed, with a limit that does not", async () => {
    const letters = new Letters(500, 1_200);
    const admin = adminOf(letters, 1_190);
    await expect(admin.replay({}, 0.01)).rejects.toThrow("Give --limit 396, and repeat it.");
    expect(letters.sent).toEqual([]);
    expect(letters.visible).toBe(500);
  });

  test("that fails in the middle puts back what it has not replayed", async () => {
    const letters = new Letters(30, 1_200);
    letters.failing = (operation) => operation === "SendMessage" && letters.sent.length >= 10;
    await expect(adminOf(letters, 1_190).replay({}, 100)).rejects.toThrow("SendMessage answered 403");
    expect(letters.sent).toHaveLength(10);
    expect(letters.messages.size).toBe(20);
    expect(letters.visible).toBe(20);
  });
});

test("letters that are worked on stay hidden from others however long it takes", async () => {
  const letters = new Letters(4, 1_200);
  const queues = {
    name: "hub",
    queueUrl: "https://x/e.fifo",
    deadLetterQueueUrl: "https://x/d.fifo",
    call: letters.call,
  };
  const keep = ({ messageId }: { messageId: string }) => ({ one: messageId, bytes: 0 });
  await new HostedDeadLetters([queues], Date.now).withLetters({}, keep, async ({ hold }) => {
    for (let minutes = 0; minutes < 60; minutes += 3) {
      letters.now += 3 * MINUTE;
      await hold.renew();
      expect(letters.visible).toBe(0);
    }
  });
  expect(letters.visible).toBe(4);
});
