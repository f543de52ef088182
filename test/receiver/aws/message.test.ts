import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  claimKey,
  decodeDeath,
  decodeMessage,
  encodeDeadLetter,
  encodeMessage,
  type RelayEvent,
} from "../../../receiver/aws/message";
import { LIMITS } from "../../../receiver/contract";

const text = fc.string({ unit: "binary", maxLength: 300 });
const event: fc.Arbitrary<RelayEvent> = fc
  .record(
    {
      route: fc.stringMatching(/^[A-Za-z0-9_-]{22,64}$/),
      destination: fc.stringMatching(/^[a-z0-9-]{1,40}$/),
      id: fc.stringMatching(/^[\x21-\x7e]{1,128}$/),
      contentType: text,
      signature: fc.stringMatching(/^[0-9a-f]{64}$/),
      receivedAt: fc.integer({ min: 0 }),
      body: fc.uint8Array({ maxLength: 2_000 }),
      name: text,
      conversation: fc.stringMatching(/^[\x21-\x7e]{1,128}$/),
      eventHeader: text,
      replay: fc.uuid(),
    },
    { requiredKeys: ["route", "destination", "id", "contentType", "signature", "receivedAt", "body"] },
  )
  .map((parts) => parts as RelayEvent);

/** What SQS takes in a message (docs: quotas-messages). */
const SQS_TEXT = /^[\t\n\r\x20-\ud7ff\ue000-\ufffd]+$/;

describe("a message", () => {
  test("gives back every event as it was, whatever its bytes and headers", () => {
    fc.assert(
      fc.property(event, (one) => {
        const { body, attributes } = encodeMessage(one);
        const back = decodeMessage(body, attributes);
        expect(back && { ...back, body: Uint8Array.from(back.body) }).toEqual(one);
      }),
    );
  });

  test("consists of what SQS takes", () => {
    fc.assert(
      fc.property(event, text, (one, reason) => {
        const message = encodeDeadLetter(one, { reason, status: 410, attempts: 3, diedAt: 1_000 });
        for (const value of Object.values(message.attributes)) expect(value).toMatch(SQS_TEXT);
        expect(Object.keys(message.attributes).length).toBeLessThanOrEqual(10);
        expect(message.groupId).toMatch(/^[0-9a-f]{64}$/);
        expect(message.deduplicationId).toMatch(/^[0-9a-f]{64}$/);
        expect(decodeDeath(message.attributes)).toMatchObject({ status: 410, attempts: 3, diedAt: 1_000 });
      }),
    );
  });

  test("with the largest body and long headers is below SQS's mebibyte", () => {
    const { body, attributes } = encodeMessage({
      route: "r".repeat(64),
      destination: "support",
      id: "i".repeat(128),
      name: "n".repeat(256),
      conversation: "c".repeat(128),
      contentType: "application/json",
      eventHeader: "e".repeat(4_096),
      signature: "0".repeat(64),
      receivedAt: Date.now(),
      body: Buffer.alloc(LIMITS.maxBodyKiB * 1024, 0xff),
    });
    const size = body.length + Object.entries(attributes).join("").length + "String".length * 3;
    expect(size).toBeLessThan(1_048_576);
    expect(size).toBeGreaterThan(1_030_000);
  });

  test("of one conversation shares a group, an event without one waits for nobody, and relays never share", () => {
    const group = (parts: Partial<RelayEvent>): string =>
      encodeMessage({ ...arrived, ...parts, route: parts.route ?? arrived.route }).groupId;
    expect(group({ id: "1", conversation: "c" })).toBe(group({ id: "2", conversation: "c" }));
    expect(group({ id: "1" })).not.toBe(group({ id: "2" }));
    expect(group({ id: "c" })).not.toBe(group({ id: "1", conversation: "c" }));
    expect(group({ conversation: "c" })).not.toBe(group({ conversation: "c", route: "b".repeat(22) }));
  });

  test("of the same event is a duplicate, of a replayed one is not", () => {
    expect(claimKey({ ...arrived })).toBe(claimKey({ ...arrived }));
    expect(claimKey({ ...arrived, replay: "1" })).not.toBe(claimKey(arrived));
    expect(claimKey({ ...arrived, route: "b".repeat(22) })).not.toBe(claimKey(arrived));
  });

  test("that somebody else made is told apart", () => {
    const { body, attributes } = encodeMessage(arrived);
    expect(decodeMessage("not base64!", attributes)).toBeUndefined();
    expect(decodeMessage(body, {})).toBeUndefined();
    expect(decodeMessage(body, { ...attributes, event: "{}" })).toBeUndefined();
    expect(decodeMessage(body, { ...attributes, event: "nonsense" })).toBeUndefined();
    expect(decodeDeath({})).toBeUndefined();
  });
});

const arrived: RelayEvent = {
  route: "a".repeat(22),
  destination: "support",
  id: "event-1",
  contentType: "application/json",
  signature: "0".repeat(64),
  receivedAt: 1_000,
  body: Buffer.from("{}"),
};
