import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bytesOf, decodeMessage, encodeDeadLetter } from "../../../receiver/aws/message";
import { probeBody } from "../../../receiver/probe";
import { sealRoute } from "../../../receiver/route-seal";
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
    ["a path that looks like a route", 404, { rawPath: `/${"a".repeat(56)}` }],
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

describe("strangers", () => {
  test("who make up routes cost no call, and none of the genuine relay's events: its first look-up succeeds", async () => {
    const receiver = await hosted(DESTINATION);
    const intake = receiver.intake();
    const forged = { "content-type": "application/json", "x-kustomer-webhook-signature": "0".repeat(64) };
    for (let minute = 0; minute < 64; minute += 1) {
      for (let i = 0; i < 60; i += 1) {
        const made = sealRoute(randomBytes(16).toString("hex"), "a key that is not the receiver's");
        expect((await intake(urlEvent(made, someEvent(), { headers: forged }))).statusCode).toBe(404);
      }
      receiver.aws.aheadMs += 60_000;
    }
    expect(receiver.aws.calls).toEqual([]);
    expect(metrics()).toEqual({ UnknownAddress: 64 * 60 });
    expect((await intake(urlEvent(receiver.route, someEvent()))).statusCode).toBe(200);
  });

  test("who know a relay's address delay a new secret by no more than Kustomer's first retry, at two calls a minute", async () => {
    const receiver = await hosted(DESTINATION);
    const intake = receiver.intake();
    expect((await intake(urlEvent(receiver.route, someEvent()))).statusCode).toBe(200);
    const knock = async (seconds: number) => {
      for (let i = 0; i < seconds; i += 1) {
        expect((await intake(urlEvent(receiver.route, someEvent("forged")))).statusCode).toBe(401);
        receiver.aws.aheadMs += 1_000;
      }
    };
    await knock(30);
    const before = receiver.aws.count("GetSecretValue");
    receiver.setSecret("rotated", SECRET);
    const event = someEvent("rotated");
    await intake(urlEvent(receiver.route, event));
    await knock(60);
    expect((await intake(urlEvent(receiver.route, event))).statusCode).toBe(200);
    expect(receiver.aws.count("GetSecretValue") - before).toBeLessThanOrEqual(2);
  });
});

describe("a relay's address is understood", () => {
  test.each([
    ["with a trailing slash", (route: string) => ({ rawPath: `/${route}/` })],
    ["as a whole address", (route: string) => ({ rawPath: `https://abc.lambda-url.eu-west-1.on.aws/${route}` })],
    ["behind the stage of an HTTP API", (route: string) => ({ rawPath: `/prod/${route}` })],
    ["behind the path of a front", (route: string) => ({ rawPath: `/events/kustomer/${route}` })],
  ])("%s", async (_, changesOf) => {
    const receiver = await hosted(DESTINATION);
    const event = urlEvent(receiver.route, someEvent(), changesOf(receiver.route));
    expect((await receiver.intake()(event)).statusCode).toBe(200);
  });

  test("without a seal, where it was declared", async () => {
    const old = "e".repeat(32);
    const receiver = await hosted(DESTINATION, {}, { RELAY_UNSEALED_ROUTES: `${"d".repeat(32)},${old}` });
    receiver.aws.secrets.set(`relays/test/${old}`, receiver.aws.secrets.get(`relays/test/${receiver.route}`) ?? {});
    expect((await receiver.intake()(urlEvent(old, someEvent()))).statusCode).toBe(200);
    expect((await receiver.intake()(urlEvent(old.slice(1), someEvent()))).statusCode).toBe(404);
  });
});

test.each([
  ["payload format 1.0", { version: "1.0", httpMethod: "POST", path: "/route", headers: {}, body: "{}" }],
  ["a load balancer", { requestContext: { elb: {} }, httpMethod: "POST", path: "/route", headers: {}, body: "{}" }],
  ["nobody in particular", {}],
  ["nobody at all", null],
  ["a test in AWS's console", { rawPath: "/route", requestContext: { http: { method: "POST" } } }],
  [
    "somebody who may call the function",
    { rawPath: "/r", headers: { a: 1 }, requestContext: { http: { method: "POST" } } },
  ],
])("an event of %s is refused with what is understood, and costs no call", async (_, event) => {
  const receiver = await hosted(DESTINATION);
  const answer = await receiver.intake()(event as never);
  expect(answer.statusCode).toBe(501);
  expect(answer.body).toContain("payload format version 2.0");
  expect(receiver.aws.calls).toEqual([]);
});

test("whatever the function is called with, it answers", async () => {
  const receiver = await hosted(DESTINATION);
  const intake = receiver.intake();
  const part = fc.oneof(
    fc.constantFrom(null, undefined, "POST", `/${receiver.route}`),
    fc.string(),
    fc.array(fc.string()),
  );
  const event = fc.record(
    {
      rawPath: part,
      headers: fc.oneof(part, fc.dictionary(fc.constantFrom("content-type", "x-kustomer-webhook-signature"), part)),
      requestContext: fc.oneof(part, fc.record({ http: fc.oneof(part, fc.record({ method: part })) })),
      body: part,
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(event, fc.anything()), async (given) => {
      expect((await intake(given as never)).statusCode).toBeGreaterThanOrEqual(400);
    }),
    { numRuns: 300 },
  );
});

test("an event whose message would be too large with its headers is refused at once; the largest that fits is stored", async () => {
  const receiver = await hosted(DESTINATION);
  const intake = receiver.intake();
  const body = Buffer.alloc(760 * 1024, 0x20);
  const status = async (headerBytes: number) => {
    const headers = { ...headersFor(body, SECRET), "x-kustomer-webhook-event": "k".repeat(headerBytes) };
    return (await intake(urlEvent(receiver.route, { body, headers }))).statusCode;
  };
  expect(await status(11 * 1024)).toBe(413);
  expect(receiver.aws.count("SendMessage")).toBe(0);
  expect(metrics()).toEqual({ Refused: 1 });
  expect(await status(5 * 1024)).toBe(200);
  const [stored] = storedIn(receiver);
  if (!stored) throw new Error("Nothing was stored.");
  const reason = "r".repeat(2_000);
  const letter = encodeDeadLetter(stored, { reason, status: 400, attempts: 1000, diedAt: Date.now() });
  expect(bytesOf(letter)).toBeLessThanOrEqual(1024 * 1024);
});

test("a probe of the doctor's is not counted as an event", async () => {
  const receiver = await hosted(DESTINATION);
  const body = Buffer.from(probeBody(receiver.aws.clock()));
  const answer = await receiver.intake()(urlEvent(receiver.route, { body, headers: headersFor(body, SECRET) }));
  expect(answer.body).toBe('{"status":"probe"}');
  expect(metrics()).toEqual({});
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

  describe("of before a rotation, when a control was changed soon after it,", () => {
    /** The secret was rotated 30 minutes ago, and changed once more `minutesAgo`: what was before both has no label. */
    async function rotatedAndChanged(minutesAgo: number): Promise<Hosted> {
      const receiver = await hosted(DESTINATION);
      receiver.setSecret(SECRET, SECRET);
      const now = receiver.aws.clock() / 1000;
      const version = (VersionId: string, minutes: number, signingSecret: string, ...VersionStages: string[]) => ({
        VersionId,
        CreatedDate: now - minutes * 60,
        VersionStages,
        value: JSON.stringify({ relay: "support", signingSecret }),
      });
      receiver.aws.listedVersions.set(`relays/test/${receiver.route}`, [
        version("v1", 9_000, "long ago"),
        version("v2", 8_000, PREVIOUS),
        version("v3", minutesAgo, SECRET, "AWSPREVIOUS"),
        version("v4", minutesAgo - 1, SECRET, "AWSCURRENT"),
      ]);
      return receiver;
    }

    test("still verify for as long as Kustomer may send such an event again", async () => {
      const receiver = await rotatedAndChanged(60);
      const intake = receiver.intake();
      expect((await intake(urlEvent(receiver.route, someEvent(PREVIOUS)))).statusCode).toBe(200);
      expect((await intake(urlEvent(receiver.route, someEvent(SECRET)))).statusCode).toBe(200);
      expect((await intake(urlEvent(receiver.route, someEvent("long ago")))).statusCode).toBe(401);
      expect(metrics()).toMatchObject({ Stored: 2, PreviousSecretMatched: 1, SignatureRefused: 1 });
    });

    test("verify no more after that", async () => {
      const receiver = await rotatedAndChanged(70);
      expect((await receiver.intake()(urlEvent(receiver.route, someEvent(PREVIOUS)))).statusCode).toBe(401);
    });

    test("are missed where they may not be listed, and a new secret is found all the same", async () => {
      const receiver = await rotatedAndChanged(60);
      receiver.aws.fault = ({ operation }, response) => {
        if (operation !== "ListSecretVersionIds") return false;
        response.writeHead(400).end(JSON.stringify({ __type: "AccessDeniedException" }));
        return true;
      };
      const intake = receiver.intake();
      await intake(urlEvent(receiver.route, someEvent()));
      receiver.setSecret("rotated", SECRET);
      expect((await intake(urlEvent(receiver.route, someEvent("rotated")))).statusCode).toBe(200);
      expect((await intake(urlEvent(receiver.route, someEvent(PREVIOUS)))).statusCode).toBe(401);
      expect(logged()).toContain("Reading the former versions of a relay's secret: ");
    });
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

  test("that were broken for a while are good once they are put right, whatever the version before holds", async () => {
    const receiver = await hosted(DESTINATION);
    receiver.setSecret(SECRET);
    const { AWSCURRENT = "" } = receiver.aws.secrets.get(`relays/test/${receiver.route}`) ?? {};
    receiver.aws.secrets.set(`relays/test/${receiver.route}`, {
      AWSCURRENT,
      AWSPREVIOUS: '{"signingSecret": "half-a-sec',
    });
    expect((await receiver.intake()(urlEvent(receiver.route, someEvent()))).statusCode).toBe(200);
    expect(logged()).toContain("Reading a former version of the secret of relay support: it is not JSON");
    expect(logged()).not.toContain("half-a");
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

  test.each([
    ["AccessDeniedException", "is not authorized to perform: secretsmanager:GetSecretValue on"],
    ["DecryptionFailure", "the KMS key is disabled:"],
    ["ResourceNotFoundException", "there is no"],
    ["InvalidRequestException", "marked for deletion:"],
  ])("that cannot be had (%s) are ours to mend: 503 and an alarm, at a call in some seconds", async (code, said) => {
    const receiver = await hosted(DESTINATION);
    receiver.aws.fault = ({ operation, input }, response) => {
      if (operation !== "GetSecretValue") return false;
      response.writeHead(400).end(JSON.stringify({ __type: code, message: `${said} ${String(input.SecretId)}` }));
      return true;
    };
    const intake = receiver.intake();
    for (let i = 0; i < 20; i += 1) {
      const answer = await intake(urlEvent(receiver.route, someEvent()));
      expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
    }
    expect(receiver.aws.count("GetSecretValue")).toBeLessThanOrEqual(2);
    expect(metrics()).toEqual({ StoreUnavailable: 20 });
    expect(logged()).toMatch(/Reading a relay's secret: /);
    expect(logged()).not.toContain(receiver.route);
    receiver.aws.fault = () => undefined;
    receiver.aws.aheadMs += 5_001;
    expect((await intake(urlEvent(receiver.route, someEvent()))).statusCode).toBe(200);
  });

  test("whose destination has a header that cannot be sent take nothing in, and say which", async () => {
    const receiver = await hosted(DESTINATION, { headers: { "X-Tenant": 42 } });
    expect((await receiver.intake()(urlEvent(receiver.route, someEvent()))).statusCode).toBe(503);
    expect(logged()).toContain("its destination's header X-Tenant is not text");
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
