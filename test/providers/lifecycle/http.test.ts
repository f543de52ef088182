import { describe, expect, test } from "@jest/globals";
import { createServer as createTcpServer } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AmbiguousError, Http, type HttpRequest, UnreachableError } from "../../../providers/lifecycle/http";
import { CancelledError } from "../../../providers/lifecycle/wait";
import { Pace, type Turn, resetTime, retryAfter } from "../../../providers/lifecycle/pace";
import { call, eventually, run, serve, useCleanup } from "../../sandbox/running";
import { quickenTime } from "../../support/quicken-time";

quickenTime(20);

useCleanup();

const METHODS = ["GET", "PATCH", "DELETE"] as const;

interface Step {
  status?: number;
  headers?: Record<string, string>;
  text?: string;
  act?: "drop" | "hang" | "half";
  meanwhile?: () => void;
}

/** A server that goes through the steps, the last one again and again, and counts the requests. */
async function scripted(...steps: Step[]) {
  return scriptedUntil(undefined, ...steps);
}

/** The same, for a caller that may be cancelled. */
async function scriptedUntil(signal: AbortSignal | undefined, ...steps: Step[]) {
  const seen: IncomingMessage[] = [];
  const url = await serve((request: IncomingMessage, response: ServerResponse) => {
    seen.push(request);
    const {
      status = 200,
      headers = {},
      text = '{"ok":true}',
      act,
      meanwhile,
    } = steps[Math.min(seen.length, steps.length) - 1] ?? {};
    meanwhile?.();
    if (act === "drop") request.socket.destroy();
    else if (act === "half") {
      response.writeHead(200, { "content-length": "1000" }).write('{"data":');
      setImmediate(() => request.socket.destroy());
    } else if (act !== "hang") response.writeHead(status, { date: new Date().toUTCString(), ...headers }).end(text);
  });
  const http = new Http(new URL(url).origin, "Kustomer", { timeoutSeconds: 0.5, signal });
  const send = (method: HttpRequest["method"], more: Partial<HttpRequest> = {}) =>
    http.send({ doing: "do it", method, path: "/v1/thing", bearer: "the-secret-key-4711", ...more });
  return { seen, send };
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Error)) throw new Error("it did not fail");
  expect(error.message).not.toContain("the-secret-key-4711");
  return error;
}

describe("an HTTP call", () => {
  test("carries the key and JSON, and gives back status, body and request id", async () => {
    const { seen, send } = await scripted({ headers: { "x-request-id": "r-1" } });
    const answer = await send("POST", { body: { a: 1 } });
    expect(answer).toMatchObject({ status: 200, body: { ok: true }, requestId: "r-1" });
    expect(seen[0]?.headers).toMatchObject({
      authorization: "Bearer the-secret-key-4711",
      "content-type": "application/json",
    });
  });

  test("gives back every answer below 500 as it is, with or without a body that is JSON", async () => {
    const { send } = await scripted(
      { status: 404, text: "<html>" },
      { status: 400, text: '{"errors":[]}' },
      { text: "" },
    );
    expect(await send("GET")).toMatchObject({ status: 404, body: undefined });
    expect(await send("POST")).toMatchObject({ status: 400, body: { errors: [] } });
    expect(await send("PATCH")).toMatchObject({ status: 200, body: undefined });
  });

  describe.each(METHODS)("%s", (method) => {
    test.each<[string, Step]>([
      ["a 503", { status: 503 }],
      ["a connection that breaks off", { act: "drop" }],
      ["an answer that breaks off", { act: "half" }],
      ["an answer that is not JSON", { text: '{"data": {"id": ' }],
      ["no answer in time", { act: "hang" }],
    ])("is repeated after %s", async (_, step) => {
      const { seen, send } = await scripted(step, {});
      expect(await send(method)).toMatchObject({ status: 200 });
      expect(seen).toHaveLength(2);
    });
  });

  test.each<[string, Step, string]>([
    [
      "a 503",
      { status: 503, headers: { "x-request-id": "r-2" } },
      "Kustomer answered 503 (request r-2), so it is not known",
    ],
    ["a connection that breaks off", { act: "drop" }, "could not be reached or broke off"],
    ["an answer that breaks off", { act: "half" }, "could not be reached or broke off"],
    ["an answer that is not JSON", { text: "<html>" }, "answered 200 with something that is not JSON"],
    ["no answer in time", { act: "hang" }, "gave no answer within 0.5 seconds"],
  ])("POST is never repeated after %s: it may have been done", async (_, step, words) => {
    const { seen, send } = await scripted(step);
    const error = await failureOf(send("POST"));
    expect(error).toBeInstanceOf(AmbiguousError);
    expect(error.message).toContain("do it: Kustomer ");
    expect(error.message).toContain(words);
    expect(seen).toHaveLength(1);
  });

  test("a POST that may be repeated is", async () => {
    const { seen, send } = await scripted({ status: 500 }, {});
    expect(await send("POST", { repeatable: true })).toMatchObject({ status: 200 });
    expect(seen).toHaveLength(2);
  });

  test("a server that stays in trouble is given up after five attempts, with its last answer", async () => {
    const { seen, send } = await scripted({ status: 502, text: "Bad Gateway" });
    expect(await send("GET")).toMatchObject({ status: 502 });
    expect(seen).toHaveLength(5);
  });

  test("a server that stays silent is given up in one line", async () => {
    const { send } = await scripted({ act: "drop" });
    const error = await failureOf(send("DELETE"));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toMatch(/^do it: Kustomer at http:.* \(5 attempts\); check the address and the network/);
    expect(error.message).not.toContain("\n");
  });

  test("a connection that is refused is tried again even for POST: it cannot have been done", async () => {
    const closed = createTcpServer();
    const port = await new Promise<number>((resolve) => {
      closed.listen(0, "127.0.0.1", () => {
        const address = closed.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    await new Promise((resolve) => closed.close(resolve));
    const http = new Http(`http://127.0.0.1:${port}`, "Kustomer", { timeoutSeconds: 1 });
    const error = await failureOf(
      http.send({ doing: "do it", method: "POST", path: "/", bearer: "the-secret-key-4711", body: {} }),
    );
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toContain("ECONNREFUSED");
  });
});

describe("a rate limit", () => {
  test.each<[string, () => Record<string, string>]>([
    ["Retry-After in seconds", () => ({ "retry-after": "1" })],
    ["Retry-After as a date", () => ({ "retry-after": new Date(Date.now() + 1000).toUTCString() })],
    ["the end of the window", () => ({ "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 1) })],
    ["the end of the window in milliseconds", () => ({ "x-ratelimit-reset": String(Date.now() + 1100) })],
    ["the seconds until the end of the window", () => ({ "x-ratelimit-reset": "1" })],
  ])("that refuses with %s is waited out, even for POST: a refusal has no effect", async (_, headers) => {
    const { seen, send } = await scripted({ status: 429, headers: headers() }, {});
    expect(await send("POST")).toMatchObject({ status: 200 });
    expect(seen).toHaveLength(2);
  });

  test("that refuses without a word is waited out too", async () => {
    const { seen, send } = await scripted({ status: 429 }, {});
    expect(await send("POST")).toMatchObject({ status: 200 });
    expect(seen).toHaveLength(2);
  }, 20_000);

  test("that stays exhausted for longer than anyone waits is told in one line", async () => {
    const { send } = await scripted({ status: 429, headers: { "retry-after": "3600" } });
    const error = await failureOf(send("GET"));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toBe(
      "do it: Kustomer's rate limit leaves no room for this request within 5 minutes; run it again later",
    );
  });

  test.each([
    ["always tells what is left", "documented"],
    ["tells what is left now and then", "contrary"],
  ] as const)(
    "is never overrun by a hundred requests at once, with a server that %s",
    async (_, profile) => {
      const limit = 40;
      // Long beside what forty requests take on a busy machine: one that is under way when a window ends counts in the next.
      const sandbox = await run({ profile, rateLimit: limit, rateWindowMs: 40_000 });
      const http = new Http(sandbox.url, "Kustomer");
      const answers = await Promise.all(
        Array.from({ length: 100 }, () =>
          http.send({ doing: "list", method: "GET", path: "/v1/outbound-webhooks", bearer: sandbox.managementKey }),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(sandbox.peakRequestsPerWindow()).toBeLessThanOrEqual(limit);
      expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
    },
    60_000,
  );

  test("that others have used up nearly is respected: what is left counts, not what the window holds", async () => {
    const sandbox = await run({ rateLimit: 20, rateWindowMs: 10_000 });
    for (let index = 0; index < 17; index += 1) await call(sandbox, "GET", "/v1/auth/tokens/current");
    const http = new Http(sandbox.url, "Kustomer");
    await Promise.all(
      Array.from({ length: 12 }, () =>
        http.send({ doing: "list", method: "GET", path: "/v1/outbound-webhooks", bearer: sandbox.managementKey }),
      ),
    );
    expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
  });

  test("of one host is one budget, whoever asks, and never more than eight ask at once", async () => {
    let now = 0;
    let most = 0;
    const url = await serve((_, response) => {
      most = Math.max(most, (now += 1));
      setTimeout(() => {
        now -= 1;
        response.end("{}");
      }, 30);
    });
    const callers = Array.from({ length: 4 }, () => new Http(new URL(url).origin, "Kustomer"));
    await Promise.all(
      callers.flatMap((http) =>
        Array.from({ length: 10 }, () => http.send({ doing: "ask", method: "GET", path: "/", bearer: "key" })),
      ),
    );
    expect(most).toBe(8);
  });

  test("whose window ended long ago by the server's clock holds nobody up", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) - 600) };
    const { seen, send } = await scripted({ headers });
    await Promise.all(Array.from({ length: 20 }, () => send("GET")));
    expect(seen).toHaveLength(20);
  });

  test.each([-10, 10])(
    "is judged by the server's clock, where this machine's differs by %i minutes",
    async (minutes) => {
      const server = Date.now() + minutes * 60_000;
      const headers = {
        date: new Date(server).toUTCString(),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.floor(server / 1000) + 2),
      };
      const { seen, send } = await scripted({ headers }, {});
      await send("GET");
      const before = Date.now();
      await send("GET");
      const waited = Date.now() - before;
      expect(seen).toHaveLength(2);
      expect(waited).toBeGreaterThan(700);
      expect(waited).toBeLessThan(60_000);
    },
  );

  test("is not thought to begin anew by answers that are read late and out of order", async () => {
    const pace = new Pace(3);
    const now = Date.now();
    const end = String(Math.ceil(now / 1000) + 60);
    const told = (remaining: number, lateMs = 0): Record<string, string> => ({
      date: new Date(now - lateMs).toUTCString(),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-reset": end,
    });
    pace.done(turnOf(await pace.take(now)), told(2));
    const [first, second] = [await pace.take(now), await pace.take(now)];
    pace.done(turnOf(second), told(0));
    pace.done(turnOf(first), told(1, 8_000));
    expect(await pace.take(now + 1_000)).toBeUndefined();
  });

  test.each([-10, 0, 10])("ends when the server says, this machine's clock being %i minutes ahead", (minutes) => {
    const server = 1_764_160_000_000;
    const now = server + minutes * 60_000;
    const date = new Date(server).toUTCString();
    const at = String(server / 1000 + 30);
    expect(resetTime({ date, "x-ratelimit-reset": at }, now)).toBe(now + 30_000);
    expect(resetTime({ date, "x-ratelimit-reset": `${at}000` }, now)).toBe(now + 30_000);
    expect(resetTime({ date, "x-ratelimit-reset": "30" }, now)).toBe(now + 30_000);
    expect(retryAfter({ date, "retry-after": new Date(server + 30_000).toUTCString() }, now)).toBe(now + 30_000);
    expect(retryAfter({ date, "retry-after": "30" }, now)).toBe(now + 30_000);
  });
});

function turnOf(turn: Turn | undefined): Turn {
  if (turn === undefined) throw new Error("no request may be sent");
  return turn;
}

describe("a cancelled run", () => {
  const IN_FOUR_MINUTES = { "retry-after": "240" };

  test("ends a wait for the rate limit at once, and says that nothing was sent", async () => {
    const cancelled = new AbortController();
    const { seen, send } = await scriptedUntil(cancelled.signal, { status: 429, headers: IN_FOUR_MINUTES });
    const waiting = [failureOf(send("POST")), failureOf(send("GET")), failureOf(send("GET"))];
    await eventually(() => seen.length === 1);
    cancelled.abort();
    for (const error of await Promise.all(waiting)) {
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.message).toBe("do it: cancelled while it waited for Kustomer; run it again");
    }
    expect(seen).toHaveLength(1);
  });

  test("ends the pause before a repetition at once", async () => {
    const cancelled = new AbortController();
    const meanwhile = (): void => {
      cancelled.abort();
    };
    const { seen, send } = await scriptedUntil(cancelled.signal, { act: "drop" }, { act: "drop", meanwhile });
    expect(await failureOf(send("GET"))).toBeInstanceOf(CancelledError);
    expect(seen).toHaveLength(2);
  });

  test("finishes the request that is under way, and those that need not wait", async () => {
    const cancelled = new AbortController();
    const meanwhile = (): void => {
      cancelled.abort();
    };
    const { send } = await scriptedUntil(cancelled.signal, { meanwhile }, {});
    expect(await send("POST")).toMatchObject({ status: 200 });
    expect(await send("GET")).toMatchObject({ status: 200 });
  });

  test("does not hold up others on the same host", async () => {
    const cancelled = new AbortController();
    const pace = new Pace(1);
    const held = await pace.take(Infinity);
    const cancelledTurns = [pace.take(Infinity, cancelled.signal), pace.take(Infinity, cancelled.signal)];
    const other = pace.take(Infinity);
    cancelled.abort(new Error("cancelled"));
    for (const turn of cancelledTurns) await expect(turn).rejects.toThrow("cancelled");
    await expect(pace.take(Infinity, cancelled.signal)).rejects.toThrow("cancelled");
    if (held !== undefined) pace.done(held);
    expect(await other).toBeDefined();
  });
});
