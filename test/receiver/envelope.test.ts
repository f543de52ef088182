import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readEnvelope } from "../../receiver/envelope";

const envelope = (event: unknown) => readEnvelope(Buffer.from(JSON.stringify(event)));

describe("an envelope", () => {
  test("of a message names its conversation from the relationships, whatever the type there is called", () => {
    const data = {
      type: "message",
      id: "m1",
      relationships: { conversation: { data: { type: "conversations", id: "c1" } } },
    };
    const event = { id: "e1", name: "kustomer.message.create", org: "o1", createdAt: "2026-01-02T03:04:05.000Z", data };
    expect(envelope(event)).toEqual({
      id: "e1",
      name: "kustomer.message.create",
      org: "o1",
      createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      conversation: "c1",
    });
  });

  test("of a conversation is ordered by the conversation's own id", () => {
    expect(envelope({ id: "e1", data: { type: "conversation", id: "c9" } }).conversation).toBe("c9");
  });

  test("of a customer waits for no conversation", () => {
    expect(envelope({ id: "e1", data: { type: "customer", id: "c9" } }).conversation).toBeUndefined();
  });

  test("is read past a byte order mark", () => {
    expect(readEnvelope(Buffer.from('\ufeff{"id":"e1"}')).id).toBe("e1");
  });

  test.each([
    ["no id", {}],
    ["a number", { id: 7 }],
    ["an empty id", { id: "" }],
    ["an id that would break a header", { id: "a\r\nx: y" }],
    ["an id beyond ASCII", { id: "é" }],
    ["an id without end", { id: "x".repeat(129) }],
  ])("with %s is told apart by its body's SHA-256", (_, event) => {
    expect(envelope(event).id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(envelope(event).id).toBe(envelope(event).id);
    expect(envelope({ ...event, other: 1 }).id).not.toBe(envelope(event).id);
  });

  test("of a deeply nested body does not exhaust the stack", () => {
    const deep = Buffer.from(`{"id":"e1","data":${"[".repeat(400_000)}${"]".repeat(400_000)}}`);
    expect(readEnvelope(deep).id).toMatch(/^(e1|sha256:.*)$/);
  });

  test("is made of any bytes whatever, without an error and with an id fit for a header", () => {
    const anything = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc.record({ id: fc.anything(), data: fc.anything(), createdAt: fc.anything() }).map((event) => {
        try {
          return Buffer.from(JSON.stringify(event));
        } catch {
          return Buffer.from("{}");
        }
      }),
    );
    fc.assert(
      fc.property(anything, (body) => {
        expect(readEnvelope(body).id).toMatch(/^[\x21-\x7e]{1,128}$/);
      }),
    );
  });
});
