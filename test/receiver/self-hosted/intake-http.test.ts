import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { headersFor } from "../../../lab/chaos/event";
import { configFor, SECRET } from "../support/config";
import { testDestination, until } from "../support/destination";
import { get, post, send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stores = 0;

async function receiving(overrides: Record<string, unknown> = {}) {
  const destination = await testDestination();
  const store = { folder: join(folder, `store-${(stores += 1)}`) };
  const receiver = await testReceiver(configFor(destination.url, { store, ...overrides }));
  return { destination, receiver, path: `${receiver.url}/kustomer` };
}

/** Writes raw bytes to a socket and returns all that comes back until the other side closes. */
function raw(url: string, chunks: readonly string[], gapMs = 0): Promise<{ answer: string; ms: number }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    socket.on("close", () => {
      clearInterval(timer);
      resolve({ answer, ms: performance.now() - began });
    });
    socket.on("error", (error) => {
      if (!answer && "code" in error && error.code !== "EPIPE" && error.code !== "ECONNRESET") reject(error);
    });
    let next = 0;
    const write = (): void => {
      const chunk = chunks[next++];
      if (chunk !== undefined && !socket.destroyed) socket.write(chunk);
    };
    write();
    const timer = setInterval(write, Math.max(gapMs, 1));
  });
}

function rawRequest(body: string, extra: readonly string[]): string {
  const headers = Object.entries(headersFor(Buffer.from(body), SECRET)).map(([name, value]) => `${name}: ${value}`);
  return [`POST /kustomer HTTP/1.1`, "host: x", ...headers, ...extra, "", body].join("\r\n");
}

describe("over HTTP", () => {
  test("a signed event is answered and arrives at the destination byte for byte", async () => {
    const { destination, receiver } = await receiving();
    const event = someEvent();
    expect(await send(receiver, event)).toMatchObject({ status: 200, body: '{"status":"stored"}' });
    const [arrival] = await destination.received(1);
    expect(arrival?.body.equals(event.body)).toBe(true);
    expect(arrival?.headers).toMatchObject({ ...event.headers, "x-kustomer-relay-event-id": event.id });
  });

  test("the same event sent twenty times at once is delivered once", async () => {
    const { destination, receiver } = await receiving();
    const event = someEvent();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(receiver, event)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    await destination.received(1);
    await send(receiver, someEvent());
    await destination.received(2);
    expect(destination.arrivals.filter((arrival) => arrival.id === event.id)).toHaveLength(1);
  });

  test("each kind of bad request gets its own status and a short JSON answer", async () => {
    const { path, receiver, destination } = await receiving();
    const event = someEvent();
    const cases = [
      [await get(path), 405],
      [await post(path, event.body, { ...event.headers, "content-type": "text/plain" }), 415],
      [await post(path, event.body, { ...event.headers, "x-kustomer-webhook-signature": "0".repeat(64) }), 401],
      [await post(path, `${event.body.toString()} `, { ...event.headers }), 401],
      [await post(`${receiver.url}/elsewhere`, event.body, { ...event.headers }), 404],
    ] as const;
    for (const [answer, status] of cases) {
      expect(answer.status).toBe(status);
      expect(Object.keys(JSON.parse(answer.body) as object)).toEqual(["error"]);
      expect(answer.body.length).toBeLessThan(100);
    }
    expect(cases[0][0].headers.allow).toBe("POST");
    expect(destination.arrivals).toEqual([]);
  });

  test("what is logged never holds a body, a signature or a secret", async () => {
    const { path, receiver, destination } = await receiving();
    destination.behave((response, _, earlier) => response.writeHead(earlier.length === 0 ? 500 : 200).end());
    const event = someEvent();
    await send(receiver, event);
    await post(path, event.body, { ...event.headers, "x-kustomer-webhook-signature": "ab".repeat(32) });
    await destination.received(2);
    await until(() => receiver.logged.some((line) => line.includes('"delivered"')), "the line about the delivery");
    const all = receiver.logged.join("");
    expect(all).toContain(event.id);
    for (const hidden of ["xxxx", "preview", event.headers["x-kustomer-webhook-signature"] ?? "", "abab", SECRET]) {
      expect(all).not.toContain(hidden);
    }
  });
});

describe("a body", () => {
  test("of nearly the cap is taken, of the cap and one byte refused, with and without Content-Length", async () => {
    const { path, destination } = await receiving({ limits: { bodyKiB: 64 } });
    const fits = someEvent(1, 65_536);
    expect(fits.body).toHaveLength(65_536);
    expect((await post(path, fits.body, { ...fits.headers })).status).toBe(200);
    const over = someEvent(1, 65_537);
    expect((await post(path, over.body, { ...over.headers })).status).toBe(413);
    const chunks = over.body.toString();
    const chunked =
      rawRequest("", ["transfer-encoding: chunked", "connection: close"]) +
      `${chunks.length.toString(16)}\r\n${chunks}\r\n0\r\n\r\n`;
    expect((await raw(path, [chunked])).answer).toMatch(/ 413 /);
    expect((await destination.received(1))[0]?.body.equals(fits.body)).toBe(true);
  });

  test("that never ends is cut off with 413 instead of being collected or truncated", async () => {
    const { path, destination } = await receiving({ limits: { bodyKiB: 16 } });
    const part = "x".repeat(4096);
    const chunk = `${part.length.toString(16)}\r\n${part}\r\n`;
    const { answer } = await raw(path, [
      rawRequest("", ["transfer-encoding: chunked"]),
      ...Array<string>(4000).fill(chunk),
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(destination.arrivals).toEqual([]);
  });

  test("that is empty or a single byte is taken when it is signed", async () => {
    const { path, destination } = await receiving();
    for (const body of ["", "0"]) {
      expect((await post(path, body, headersFor(Buffer.from(body), SECRET))).status).toBe(200);
    }
    const bodies = (await destination.received(2)).map((arrival) => arrival.body.toString()).sort();
    expect(bodies).toEqual(["", "0"]);
  });

  test("sent in chunks, in the middle of a character, arrives whole", async () => {
    const { path, destination } = await receiving();
    const body = Buffer.from('{"id":"chunked","text":"é€😀"}');
    const half = body.length - 5;
    const text = (part: Buffer): string => part.toString("latin1");
    const head = rawRequest("", ["transfer-encoding: chunked", "connection: close"]);
    const signature = headersFor(body, SECRET)["x-kustomer-webhook-signature"] ?? "";
    const chunk = (part: Buffer): Buffer => Buffer.from(`${part.length.toString(16)}\r\n${text(part)}\r\n`, "latin1");
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(path).port), "127.0.0.1");
      let got = "";
      socket.on("data", (data) => (got += data.toString()));
      socket.on("close", () => {
        resolve(got);
      });
      socket.write(head.replace(/x-kustomer-webhook-signature: \w+/, `x-kustomer-webhook-signature: ${signature}`));
      socket.write(chunk(body.subarray(0, half)));
      setTimeout(() => {
        socket.write(chunk(body.subarray(half)));
        socket.write("0\r\n\r\n");
      }, 20);
    });
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect((await destination.received(1))[0]?.body.equals(body)).toBe(true);
  });
});

describe("a Content-Length that lies", () => {
  test("by promising more never becomes an event: the request times out", async () => {
    const { path, destination } = await receiving({ limits: { requestSeconds: 1, headersSeconds: 1 } });
    const { answer, ms } = await raw(path, [rawRequest('{"id":"liar"}', ["content-length: 500"])]);
    expect(answer === "" || answer.startsWith("HTTP/1.1 408 ")).toBe(true);
    expect(ms).toBeLessThan(5_000);
    expect(destination.arrivals).toEqual([]);
  });

  test("by promising less makes the signature wrong, and the rest is no request", async () => {
    const { path, destination } = await receiving();
    const { answer } = await raw(path, [rawRequest('{"id":"liar"}', ["content-length: 5"])]);
    // Node may find the rest to be no request before the signature is found wrong.
    expect(answer).toMatch(/^HTTP\/1.1 40[01] /);
    expect(answer).not.toMatch(/ 200 /);
    expect(destination.arrivals).toEqual([]);
  });

  test("beyond the cap is refused before the body comes, also when the sender asks first with Expect", async () => {
    const { path } = await receiving();
    const { answer } = await raw(path, [rawRequest("", ["content-length: 99999999", "expect: 100-continue"])]);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test("is not there and the sender asks with Expect: it is invited and answered", async () => {
    const { path } = await receiving();
    const head = rawRequest("", ["content-length: 0", "expect: 100-continue", "connection: close"]);
    const { answer } = await raw(path, [head]);
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
  });
});

describe("a slow client", () => {
  test("that sends its headers a byte at a time is cut off, and others are served meanwhile", async () => {
    const { path, receiver } = await receiving({ limits: { headersSeconds: 1, requestSeconds: 2 } });
    const drip = raw(path, Array.from(rawRequest("", [])), 100);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await send(receiver, someEvent())).status).toBe(200);
    const { answer, ms } = await drip;
    expect(answer === "" || answer.startsWith("HTTP/1.1 408 ")).toBe(true);
    expect(ms).toBeLessThan(5_000);
  });

  test("that sends its body a byte at a time is cut off, too", async () => {
    const { path, destination } = await receiving({ limits: { headersSeconds: 1, requestSeconds: 1 } });
    const body = '{"id":"slow"}'.padEnd(400);
    const [head = ""] = rawRequest(body, [`content-length: ${body.length}`]).split("\r\n\r\n");
    const { ms } = await raw(path, [`${head}\r\n\r\n`, ...Array.from(body)], 50);
    expect(ms).toBeLessThan(5_000);
    expect(destination.arrivals).toEqual([]);
  });
});
