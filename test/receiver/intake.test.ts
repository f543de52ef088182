import { describe, expect, test } from "@jest/globals";
import { type ArrivingEvent, EventTooLarge, StoreUnavailable } from "../../receiver/inbox";
import { type IntakeHead, type IntakeSettings, refuseByHead, takeIn } from "../../receiver/intake";
import { PROBE_EVENT, probeBody } from "../../receiver/probe";
import { sign } from "../../receiver/signature";
import { oneSecret } from "./support/secret";

const settings: IntakeSettings = { destination: "airkit", maxBodyBytes: 1000 };
const secret = oneSecret("s");
const secrets = [secret];
const body = Buffer.from('{"id":"e1","createdAt":"2026-01-01T00:00:00Z","data":{"type":"conversation","id":"c1"}}');
const head: IntakeHead = {
  method: "POST",
  contentType: "application/json",
  contentEncoding: undefined,
  contentLength: undefined,
  eventHeader: "kustomer.conversation.update",
  signature: sign(body, secret),
};

function collecting(outcome: "stored" | "duplicate" = "stored") {
  const accepted: ArrivingEvent[] = [];
  return { accepted, accept: (event: ArrivingEvent) => (accepted.push(event), Promise.resolve(outcome)) };
}

describe("by its head alone a request", () => {
  test.each(["GET", "PUT", "DELETE", "HEAD", undefined])(
    "with the method %s is refused, with the one that is allowed",
    (method) => {
      expect(refuseByHead({ ...head, method }, settings)).toMatchObject({ status: 405, headers: { allow: "POST" } });
    },
  );

  test.each([
    undefined,
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "application/json+xml",
    "application/+json",
    "json",
    "text/html, application/json",
  ])("with the content type %s is refused", (contentType) => {
    expect(refuseByHead({ ...head, contentType }, settings)?.status).toBe(415);
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/json ;charset=utf-8",
    "application/vnd.api+json",
    "application/cloudevents+json; charset=utf-8",
  ])("with the content type %s is let in", (contentType) => {
    expect(refuseByHead({ ...head, contentType }, settings)).toBeUndefined();
  });

  test("with a compressed body is refused, because the signature and the destination mean the plain bytes", () => {
    expect(refuseByHead({ ...head, contentEncoding: "gzip" }, settings)?.status).toBe(415);
  });

  test.each([undefined, "", "0".repeat(63), "g".repeat(64)])(
    "with the signature %s is refused, whatever follows",
    (signature) => {
      expect(refuseByHead({ ...head, signature }, settings)?.status).toBe(401);
    },
  );

  test("that announces one byte too many is refused, one that announces just enough is let in", () => {
    expect(refuseByHead({ ...head, contentLength: "1001" }, settings)?.status).toBe(413);
    expect(refuseByHead({ ...head, contentLength: "1000" }, settings)).toBeUndefined();
  });
});

describe("a verified event", () => {
  test("is stored with its bytes, its headers and its conversation, and answered 200", async () => {
    const inbox = collecting();
    expect(await takeIn(head, body, settings, secrets, inbox, 5)).toMatchObject({
      status: 200,
      outcome: "stored",
      secret: "current",
    });
    expect(inbox.accepted).toEqual([
      expect.objectContaining({
        destination: "airkit",
        id: "e1",
        conversation: "c1",
        eventHeader: head.eventHeader,
        signature: head.signature,
        body,
        receivedAt: 5,
      }),
    ]);
  });

  test("that came before is answered 200 as well, or Kustomer would go on sending it", async () => {
    const answer = await takeIn(head, body, settings, secrets, collecting("duplicate"), 5);
    expect(answer).toMatchObject({ status: 200, outcome: "duplicate" });
  });

  test("is answered 503 with Retry-After when the store cannot take it", async () => {
    const failing = { accept: () => Promise.reject(new StoreUnavailable("disk full: /secret/path")) };
    const answer = await takeIn(head, body, settings, secrets, failing, 5);
    expect(answer).toMatchObject({ status: 503, outcome: "store-unavailable", headers: { "retry-after": "5" } });
    expect(answer.body).not.toContain("secret");
  });

  test("that is too large with all that travels with it is refused with 413: it could never be sent on", async () => {
    const full = { accept: () => Promise.reject(new EventTooLarge("It has 1100000 bytes and may have 1048576.")) };
    const answer = await takeIn(head, body, settings, secrets, full, 5);
    expect(answer).toMatchObject({ status: 413, outcome: "too-large", eventId: "e1" });
  });

  test("older than the limit is refused, a younger one and one that does not say are taken", async () => {
    const created = Date.UTC(2026, 0, 1);
    const limited = { ...settings, maxAgeMs: 3_900_000 };
    const at = (now: number) => takeIn(head, body, limited, secrets, collecting(), now);
    expect(await at(created + 3_900_001)).toMatchObject({ status: 401, outcome: "too-old" });
    expect(await at(created + 3_900_000)).toMatchObject({ status: 200 });
    const silent = Buffer.from("{}");
    const signature = sign(silent, secret);
    expect((await takeIn({ ...head, signature }, silent, limited, secrets, collecting(), created * 2)).status).toBe(
      200,
    );
  });
});

describe("a probe", () => {
  const probe = probeBody(Date.UTC(2026, 0, 1));
  const headOf = (sent: Uint8Array): IntakeHead => ({ ...head, signature: sign(sent, secret) });

  test("that is signed is answered as a probe, however old, and never reaches the store", async () => {
    const inbox = collecting();
    const limited = { ...settings, maxAgeMs: 1 };
    expect(await takeIn(headOf(probe), probe, limited, secrets, inbox, Date.UTC(2027, 0, 1))).toMatchObject({
      status: 200,
      outcome: "probe",
      body: '{"status":"probe"}',
      secret: "current",
    });
    expect(inbox.accepted).toEqual([]);
  });

  test("that is not signed with a known secret is refused like anything else", async () => {
    const signed = { ...head, signature: sign(probe, oneSecret("another")) };
    expect(await takeIn(signed, probe, settings, secrets, collecting(), 5)).toMatchObject({ status: 401 });
  });

  test("is known by what was signed, never by a header", async () => {
    const inbox = collecting();
    const named = { ...head, eventHeader: PROBE_EVENT };
    expect(await takeIn(named, body, settings, secrets, inbox, 5)).toMatchObject({ outcome: "stored" });
    expect(inbox.accepted).toHaveLength(1);
  });
});

describe("an event that is not verified", () => {
  test("is answered 401 and never reaches the store, and the answer tells nothing about the signature", async () => {
    const inbox = collecting();
    const wrong = { ...head, signature: "a".repeat(64) };
    const answer = await takeIn(wrong, body, settings, secrets, inbox, 5);
    const without = await takeIn({ ...head, signature: undefined }, body, settings, secrets, inbox, 5);
    expect(answer).toMatchObject({ status: 401, outcome: "signature-mismatch" });
    expect(without).toMatchObject({ status: 401, outcome: "signature-missing" });
    expect(answer.body).toBe(without.body);
    expect(inbox.accepted).toEqual([]);
  });

  test("because there is no secret yet is answered 503, so that Kustomer sends it again", async () => {
    const inbox = collecting();
    expect(await takeIn(head, body, settings, [], inbox, 5)).toMatchObject({ status: 503, outcome: "no-secret" });
    expect(inbox.accepted).toEqual([]);
  });
});
