import { describe, expect, test } from "@jest/globals";
import { decodeMessage } from "../../../receiver/aws/message";
import { headersFor, signedEvent } from "../../../lab/chaos/event";
import { hosted, type Hosted, logged, metrics, PREVIOUS, SECRET, urlEvent } from "./support/hosted";

const DESTINATION = "https://api.example.com/receive";

let numbers = 0;
const someEvent = (secret = SECRET, bytes = 400) => signedEvent((numbers += 1), 1, secret, bytes);

function storedIn({ aws }: Hosted) {
  return aws.queue.messages.map(({ body, attributes }) =>
    decodeMessage(body, Object.fromEntries(Object.entries(attributes).map(([name, one]) => [name, one.StringValue]))),
  );
}

describe("an event", () => {
  test("is answered 200 once it is in the queue, byte for byte, with its headers", async () => {
    const receiver = await hosted(DESTINATION);
    const event = someEvent();
    const answer = await receiver.intake()(urlEvent(receiver.route, event));
    expect(answer).toMatchObject({ statusCode: 200, body: '{"status":"stored"}' });
    expect(storedIn(receiver)).toEqual([
      expect.objectContaining({
        id: event.id,
        conversation: event.conversation,
        destination: "support",
        eventHeader: "kustomer.message.create",
        signature: event.headers["x-kustomer-webhook-signature"],
        body: event.body,
      }),
    ]);
    expect(metrics()).toEqual({ Stored: 1 });
  });

  test("is taken as it came whether Lambda passes it as text or as base64, and with any bytes", async () => {
    const receiver = await hosted(DESTINATION);
    const intake = receiver.intake();
    const text = Buffer.from('\ufeff{ "id": "a",\r\n"é": "\\u00e9" }');
    const binary = Buffer.from([0x7b, 0xff, 0x00, 0xfe, 0x7d]);
    const empty = Buffer.alloc(0);
    for (const [body, changes] of [
      [text, { body: text.toString("utf8"), isBase64Encoded: false }],
      [binary, {}],
      [empty, { body: undefined, isBase64Encoded: false }],
    ] as const) {
      const event = urlEvent(receiver.route, { body, headers: headersFor(body, SECRET) }, changes);
      expect((await intake(event)).statusCode).toBe(200);
    }
    expect(storedIn(receiver).map((one) => Buffer.from(one?.body ?? "none"))).toEqual([text, binary, empty]);
  });

  test("is found by its headers whatever their case", async () => {
    const receiver = await hosted(DESTINATION);
    const event = someEvent();
    const headers = Object.fromEntries(
      Object.entries(event.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect((await receiver.intake()(urlEvent(receiver.route, event, { headers }))).statusCode).toBe(200);
  });

  test("that Kustomer sends again within five minutes is in the queue once", async () => {
    const receiver = await hosted(DESTINATION);
    const event = someEvent();
    const intake = receiver.intake();
    for (let i = 0; i < 3; i += 1) expect((await intake(urlEvent(receiver.route, event))).statusCode).toBe(200);
    expect(receiver.aws.queue.messages).toHaveLength(1);
  });
});

describe("what is refused costs no request to AWS", () => {
  test.each([
    ["a path that is no route", 404, { rawPath: "/favicon.ico" }],
    ["a path below a route", 404, { rawPath: `/${"a".repeat(30)}/more` }],
    ["another method", 405, { requestContext: { http: { method: "GET" } } }],
    ["another content type", 415, { headers: { "content-type": "text/plain" } }],
    ["a compressed body", 415, { headers: { "content-type": "application/json", "content-encoding": "gzip" } }],
    [
      "a body that says it is too large",
      413,
      { headers: { "content-type": "application/json", "content-length": "800000" } },
    ],
    ["no signature", 401, { headers: { "content-type": "application/json" } }],
    [
      "something that is no signature",
      401,
      { headers: { "content-type": "application/json", "x-kustomer-webhook-signature": "ab, cd" } },
    ],
  ])("%s", async (_, status, changes) => {
    const receiver = await hosted(DESTINATION);
    const answer = await receiver.intake()(urlEvent(receiver.route, someEvent(), changes));
    expect(answer.statusCode).toBe(status);
    expect(receiver.aws.calls).toEqual([]);
    expect(logged()).not.toContain(receiver.route);
  });

  test("a body larger than is said, though its signature is right", async () => {
    const receiver = await hosted(DESTINATION, {}, { RELAY_MAX_BODY_KIB: "1" });
    const event = someEvent(SECRET, 1_025);
    const changes = { headers: { ...event.headers } };
    expect((await receiver.intake()(urlEvent(receiver.route, event, changes))).statusCode).toBe(413);
    expect(receiver.aws.calls).toEqual([]);
  });
});

test("a route that nobody has is asked for once in half a minute, and a flood of them does not become one of requests", async () => {
  const receiver = await hosted(DESTINATION);
  const intake = receiver.intake();
  const unknown = "z".repeat(30);
  for (let i = 0; i < 5; i += 1) expect((await intake(urlEvent(unknown, someEvent()))).statusCode).toBe(404);
  // Both of its versions.
  expect(receiver.aws.count("GetSecretValue")).toBe(2);
  receiver.aws.aheadMs += 31_000;
  await intake(urlEvent(unknown, someEvent()));
  expect(receiver.aws.count("GetSecretValue")).toBe(4);
  receiver.aws.aheadMs += 60_000;
  for (let i = 0; i < 100; i += 1) await intake(urlEvent(`${"y".repeat(30)}${i}`, someEvent()));
  expect(receiver.aws.count("GetSecretValue")).toBeLessThanOrEqual(4 + 120);
  // A known relay is not drowned by it.
  receiver.aws.aheadMs += 60_000;
  expect((await intake(urlEvent(receiver.route, someEvent()))).statusCode).toBe(200);
});

describe("secrets", () => {
  test("are read once in some minutes", async () => {
    const receiver = await hosted(DESTINATION);
    const intake = receiver.intake();
    for (let i = 0; i < 5; i += 1) await intake(urlEvent(receiver.route, someEvent()));
    expect(receiver.aws.count("GetSecretValue")).toBe(2);
    receiver.aws.aheadMs += 361_000;
    await intake(urlEvent(receiver.route, someEvent()));
    expect(receiver.aws.count("GetSecretValue")).toBe(4);
  });

  test("of before a rotation still verify, and that is counted", async () => {
    const receiver = await hosted(DESTINATION);
    receiver.setSecret(SECRET, PREVIOUS);
    const intake = receiver.intake();
    expect((await intake(urlEvent(receiver.route, someEvent(PREVIOUS)))).statusCode).toBe(200);
    expect((await intake(urlEvent(receiver.route, someEvent(SECRET)))).statusCode).toBe(200);
    expect(metrics()).toEqual({ Stored: 2, PreviousSecretMatched: 1 });
  });

  test("that are new are found at the first event they signed, and wrong signatures cost one reading a minute", async () => {
    const receiver = await hosted(DESTINATION);
    const intake = receiver.intake();
    await intake(urlEvent(receiver.route, someEvent()));
    receiver.setSecret("rotated", SECRET);
    expect((await intake(urlEvent(receiver.route, someEvent("rotated")))).statusCode).toBe(200);
    const before = receiver.aws.count("GetSecretValue");
    for (let i = 0; i < 10; i += 1) {
      expect((await intake(urlEvent(receiver.route, someEvent("forged")))).statusCode).toBe(401);
    }
    expect(receiver.aws.count("GetSecretValue")).toBe(before);
    receiver.aws.aheadMs += 61_000;
    for (let i = 0; i < 10; i += 1) await intake(urlEvent(receiver.route, someEvent("forged")));
    expect(receiver.aws.count("GetSecretValue")).toBe(before + 2);
    expect(metrics()).toMatchObject({ SignatureRefused: 20 });
  });

  test("that were read once are good while the store is down; without any the answer is 503", async () => {
    const receiver = await hosted(DESTINATION);
    const warm = receiver.intake();
    await warm(urlEvent(receiver.route, someEvent()));
    receiver.aws.aheadMs += 400_000;
    receiver.aws.fault = ({ operation }, response) => {
      if (operation !== "GetSecretValue") return false;
      response.writeHead(500).end("{}");
      return true;
    };
    expect((await warm(urlEvent(receiver.route, someEvent()))).statusCode).toBe(200);
    const cold = await receiver.intake()(urlEvent(receiver.route, someEvent()));
    expect(cold).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
    expect(logged()).toMatch(/Secrets Manager GetSecretValue answered 500/);
    expect(metrics()).toMatchObject({ StoreUnavailable: 1 });
  });

  test("that are no JSON, or without a destination, accept nothing and are reported without a part of them", async () => {
    for (const value of ['{"signingSecret": "half-a-sec', '{"signingSecret": "half-a-secret"}']) {
      const receiver = await hosted(DESTINATION);
      receiver.aws.secrets.set(`relays/test/${receiver.route}`, { AWSCURRENT: value });
      expect((await receiver.intake()(urlEvent(receiver.route, someEvent()))).statusCode).toBe(503);
      expect(logged()).toMatch(/Reading a relay's secret: (it is not JSON|it names no destination.url)/);
      expect(logged()).not.toContain("half-a");
    }
  });

  test("that the function may not read make the relay unknown, without its route in the log", async () => {
    const receiver = await hosted(DESTINATION);
    receiver.aws.fault = ({ operation, input }, response) => {
      if (operation !== "GetSecretValue") return false;
      const message = `not authorized to perform: secretsmanager:GetSecretValue on ${String(input.SecretId)}`;
      response.writeHead(400).end(JSON.stringify({ __type: "AccessDeniedException", message }));
      return true;
    };
    expect((await receiver.intake()(urlEvent(receiver.route, someEvent()))).statusCode).toBe(404);
    expect(logged()).toMatch(/AccessDeniedException/);
    expect(logged()).not.toContain(receiver.route);
  });
});

describe("a queue that does not take it", () => {
  test("is answered 503, so that Kustomer comes again, and logged with what SQS said", async () => {
    const receiver = await hosted(DESTINATION);
    receiver.aws.fault = ({ operation }, response) => {
      if (operation !== "SendMessage") return false;
      response.writeHead(403).end(JSON.stringify({ __type: "AccessDenied", message: "no" }));
      return true;
    };
    expect((await receiver.intake()(urlEvent(receiver.route, someEvent()))).statusCode).toBe(503);
    expect(logged()).toMatch(/SQS SendMessage answered 403 AccessDenied: no \(request id request-\d\)/);
    expect(receiver.aws.count("SendMessage")).toBe(1);
  });

  test("for a moment is asked again, and the event stored once", async () => {
    const receiver = await hosted(DESTINATION);
    let refused = 0;
    receiver.aws.fault = ({ operation }, response) => {
      if (operation !== "SendMessage" || refused === 2) return false;
      refused += 1;
      response.writeHead(503).end();
      return true;
    };
    expect((await receiver.intake()(urlEvent(receiver.route, someEvent()))).statusCode).toBe(200);
    expect(receiver.aws.queue.messages).toHaveLength(1);
  });

  test("that hangs is answered 503 before the function's own time is over", async () => {
    const receiver = await hosted(DESTINATION);
    receiver.aws.fault = ({ operation }) => operation === "SendMessage";
    const began = performance.now();
    const answer = await receiver.intake()(urlEvent(receiver.route, someEvent()), 2_000);
    expect(answer.statusCode).toBe(503);
    expect(performance.now() - began).toBeLessThan(1_900);
  });
});

test("an event older than the receiver's limit is refused", async () => {
  const receiver = await hosted(DESTINATION, {}, { RELAY_MAX_AGE_MINUTES: "65" });
  const intake = receiver.intake();
  const event = someEvent();
  expect((await intake(urlEvent(receiver.route, event))).statusCode).toBe(200);
  receiver.aws.aheadMs += 66 * 60_000;
  expect((await intake(urlEvent(receiver.route, event))).statusCode).toBe(401);
});

test("a log line has the event's id, size and time, and never a body, a signature, a secret or the route", async () => {
  const receiver = await hosted(DESTINATION);
  const event = someEvent();
  await receiver.intake()(urlEvent(receiver.route, event));
  const line = JSON.parse(logged()) as Record<string, unknown>;
  expect(line).toMatchObject({
    level: "info",
    msg: "received",
    receiver: "test-receiver",
    relay: "support",
    event: event.id,
    status: 200,
    bytes: event.body.length,
    Receiver: "test-receiver",
    _aws: { CloudWatchMetrics: [{ Namespace: "KustomerRelay", Dimensions: [["Receiver"]] }] },
  });
  for (const secret of [SECRET, receiver.route, event.headers["x-kustomer-webhook-signature"] ?? "", "preview"]) {
    expect(logged()).not.toContain(secret);
  }
});

test("a function with a mistake in its environment says all of them at its start", async () => {
  const receiver = await hosted(
    DESTINATION,
    {},
    { RELAY_QUEUE_URL: "", RELAY_MAX_AGE_MINUTES: "5", RELAY_LOG_LEVEL: "loud" },
  );
  expect(() => receiver.intake()).toThrow(
    /RELAY_QUEUE_URL is not set.*RELAY_LOG_LEVEL is loud.*RELAY_MAX_AGE_MINUTES is 5/s,
  );
});
