import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { backoffMs, failureOf, failureWithoutAnswer, nextStep, readRetryAfter } from "../../receiver/attempt";
import { DELIVERY_DEFAULTS, type Destination, destinationUrlProblem } from "../../receiver/destination";
import type { ClaimedEvent } from "../../receiver/inbox";
import { arriving } from "./support/inbox";

const destination: Destination = {
  ...DELIVERY_DEFAULTS,
  name: "airkit",
  url: "https://api.example.com/receive?key=hush",
};
const event = (parts: Partial<ClaimedEvent>): ClaimedEvent => ({
  ...arriving(),
  seq: 1,
  due: 0,
  waitedMs: 0,
  attempts: 0,
  refusals: 0,
  ...parts,
});

describe("an answer", () => {
  test.each([200, 201, 202, 204, 299])("of %i means delivered", (status) => {
    expect(failureOf({ status }, destination, 0)).toBeUndefined();
  });

  test.each([400, 401, 403, 404, 410, 413, 422])("of %i is a refusal that will not get better", (status) => {
    expect(failureOf({ status }, destination, 0)).toMatchObject({ refused: true, status });
  });

  test.each([301, 302, 307, 308, 408, 409, 425, 429, 500, 502, 503, 504])("of %i is tried again", (status) => {
    expect(failureOf({ status }, destination, 0)).toMatchObject({ refused: false, status });
  });

  test.each([300, 304, 399])("of %i sends us elsewhere, which is said, and where we never go", (status) => {
    expect(failureOf({ status }, destination, 0)).toMatchObject({
      refused: false,
      error: `POST https://api.example.com/receive answered ${status}, a redirect, which is never followed`,
    });
  });

  test.each([199, 400, 500])("of %i is no redirect, and no delivery", (status) => {
    expect(failureOf({ status }, destination, 0)?.error).toBe(
      `POST https://api.example.com/receive answered ${status}`,
    );
  });

  test("keeps what the destination said, and how long it wants to rest, and only where it said so", () => {
    const said = failureOf({ status: 503, excerpt: "no such field", retryAfter: " 7 " }, destination, 0);
    expect(said).toMatchObject({ excerpt: "no such field", retryAfterMs: 7_000 });
    const silent = failureOf({ status: 503 }, destination, 0);
    expect(silent).not.toHaveProperty("excerpt");
    expect(silent).not.toHaveProperty("retryAfterMs");
  });

  test("that never came blames nobody's event, whatever was thrown", () => {
    expect(failureWithoutAnswer(null, destination)).toMatchObject({ refused: false, about: "destination" });
    expect(failureWithoutAnswer("no", destination).error).toMatch(/got no answer: no$/);
    const odd = Object.assign(new Error("The expression:\n\n  assert(statusCode >= 100)\n"), { code: "ERR_ASSERTION" });
    expect(failureWithoutAnswer(odd, destination).error).toMatch(/got no answer: what came is no HTTP$/);
  });

  test("is described by what was done and what came back, without the query where a key may be", () => {
    const failure = failureOf({ status: 503, requestId: "r-1" }, destination, 0);
    expect(failure?.error).toBe("POST https://api.example.com/receive answered 503 (request id r-1)");
    expect(failureWithoutAnswer(new Error("connect ECONNREFUSED"), destination).error).toBe(
      "POST https://api.example.com/receive got no answer: connect ECONNREFUSED",
    );
  });
});

describe("Retry-After", () => {
  test("is read as seconds or as a date, and held to an hour", () => {
    expect(readRetryAfter("7", 0)).toBe(7_000);
    expect(readRetryAfter("Thu, 01 Jan 1970 00:00:30 GMT", 10_000)).toBe(20_000);
    expect(readRetryAfter("Thu, 01 Jan 1970 00:00:00 GMT", 10_000)).toBe(0);
    expect(readRetryAfter("99999999", 0)).toBe(3_600_000);
    expect(readRetryAfter("soon", 0)).toBeUndefined();
    expect(readRetryAfter("7 minutes", 0)).toBeUndefined();
    expect(readRetryAfter(undefined, 0)).toBeUndefined();
  });

  test("lengthens the wait but never shortens it", () => {
    const failure = { error: "", refused: false, about: "destination" as const };
    expect(nextStep(event({}), { ...failure, retryAfterMs: 30_000 }, destination, 0, 0)).toEqual({
      do: "retry",
      inMs: 30_000,
    });
    expect(nextStep(event({ attempts: 10 }), { ...failure, retryAfterMs: 1 }, destination, 0, 0)).toEqual({
      do: "retry",
      inMs: 300_000,
    });
  });
});

describe("the wait before the next try", () => {
  test("stays within half of and the whole doubled time, up to the maximum, however many tries there were", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(10_000), random, (attempts, r) => {
        const full = Math.min(600_000, 1_000 * 2 ** Math.min(attempts, 40));
        const wait = backoffMs(attempts, destination, r);
        expect(wait).toBeGreaterThanOrEqual(full / 2);
        expect(wait).toBeLessThanOrEqual(full);
      }),
    );
  });
});

describe("an event is given up", () => {
  const refused = { error: "", refused: true, about: "event" as const };
  const failed = { error: "", refused: false, about: "event" as const };

  test("after the configured number of refusals, other failures not counted", () => {
    expect(nextStep(event({ attempts: 50, refusals: 2 }), refused, destination, 0, 0).do).toBe("retry");
    expect(nextStep(event({ attempts: 3, refusals: 3 }), refused, destination, 0, 0).do).toBe("give-up");
  });

  test("after a fortnight of any other failure", () => {
    const fortnight = 14 * 24 * 3_600_000;
    expect(nextStep(event({ attempts: 900, receivedAt: 0 }), failed, destination, fortnight - 700_000, 0).do).toBe(
      "retry",
    );
    expect(nextStep(event({ attempts: 900, receivedAt: 0 }), failed, destination, fortnight, 0).do).toBe("give-up");
  });
});

describe("a destination's address", () => {
  test.each([
    "https://api.airkit.com/x",
    "https://10.0.0.1/x?y=1",
    "http://localhost:1/x",
    "http://127.0.0.1/x",
    "http://[::1]/x",
  ])("may be %s where loopback is allowed", (url) => {
    expect(destinationUrlProblem(url, true)).toBeUndefined();
  });

  test.each([
    ["http://api.airkit.com/x", /plain http/],
    ["http://127.0.0.1.example.com/x", /plain http/],
    ["http://localhost.example.com/x", /plain http/],
    ["ftp://api.airkit.com/x", /scheme/],
    ["https://user:pass@api.airkit.com/x", /credentials/],
    ["https://api.airkit.com/x#y", /fragment/],
    ["api.airkit.com/x", /not a URL/],
  ])("may not be %s", (url, problem) => {
    expect(destinationUrlProblem(url, true)).toMatch(problem);
  });

  test("may be plain http to loopback only when that is allowed", () => {
    expect(destinationUrlProblem("http://127.0.0.1/x", false)).toMatch(/allowLoopbackHttp/);
  });
});
