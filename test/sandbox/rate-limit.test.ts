import { expect, test } from "@jest/globals";
import { call, run, useCleanup } from "./running";

useCleanup();
const current = "/v1/auth/tokens/current";

test("one budget for all keys: what is left is told in headers, then 429 until the window resets", async () => {
  const sandbox = await run({ rateLimit: 3, rateWindowMs: 1500 });
  const other = sandbox.createKey({ name: "other", roles: [] }).token;
  const replies = [
    await call(sandbox, "GET", current),
    await call(sandbox, "GET", current, { key: other }),
    await call(sandbox, "GET", current),
    await call(sandbox, "GET", current, { key: other }),
  ];
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(replies.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual(["2", "1", "0", "0"]);
  expect(replies[3]?.headers.get("x-ratelimit-limit")).toBe("3");
  expect(replies[3]?.headers.get("retry-after")).toBeNull();
  const resetsAt = Number(replies[3]?.headers.get("x-ratelimit-reset")) * 1000;
  expect(Math.abs(resetsAt - Date.now())).toBeLessThan(3000);
  expect(sandbox.peakRequestsPerWindow()).toBe(4);

  await new Promise((resolve) => setTimeout(resolve, 1550));
  expect((await call(sandbox, "GET", current)).status).toBe(200);
});

test("a contrary Kustomer leaves the headers out now and then, and sends Retry-After with 429", async () => {
  const sandbox = await run({ rateLimit: 2, profile: "contrary" });
  const replies = [
    await call(sandbox, "GET", current),
    await call(sandbox, "GET", current),
    await call(sandbox, "GET", current),
  ];
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(replies.map(({ headers }) => headers.has("x-ratelimit-remaining"))).toEqual([true, false, false]);
  expect(Number(replies[2]?.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("without a limit there are no 429 and no headers", async () => {
  const sandbox = await run({ rateLimit: false });
  const replies = await Promise.all(Array.from({ length: 50 }, () => call(sandbox, "GET", current)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect(replies[0]?.headers.has("x-ratelimit-limit")).toBe(false);
  expect(sandbox.peakRequestsPerWindow()).toBe(50);
});
