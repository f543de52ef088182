import { expect, test } from "@jest/globals";
import { call, run, useCleanup } from "./running";

useCleanup();

test("the root and every object's address show the page, which takes nothing from anywhere else", async () => {
  const { url, requests } = await run();
  for (const path of ["/", "/airkit/accounts", "/airkit/resources/0b0e28a3-54dc-4ea8-a9cb-33ff0c3f87a6"]) {
    const page = await fetch(url + path);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    const text = await page.text();
    expect(text).toContain('src="/page.js"');
    expect(text).not.toMatch(/https?:/);
  }
  expect((await fetch(`${url}/page.js`)).headers.get("content-type")).toContain("text/javascript");
  expect((await fetch(`${url}/style.css`)).headers.get("content-type")).toContain("text/css");
  expect(requests).toEqual([]);
});

test("the page sees both systems at once, and may do what another site's page may not", async () => {
  const sandbox = await run();
  await sandbox.send("kustomer.message.create");
  const ask = (origin?: string): Promise<Response> =>
    fetch(`${sandbox.url}/sandbox/overview`, { headers: origin === undefined ? {} : { origin } });

  const seen = (await (await ask(sandbox.url)).json()) as { keys: unknown[]; airkit: object };
  expect(seen.keys).toHaveLength(1);
  expect(Object.keys(seen.airkit)).toEqual(["accounts", "resources", "hubs", "routing-flows"]);
  expect((await ask("https://example.com")).status).toBe(403);
  expect((await ask(sandbox.url.replace("127.0.0.1", "localhost"))).status).toBe(403);
});

test("of what came and went the page gets the newest, and no token of a key", async () => {
  const sandbox = await run();
  for (let index = 0; index < 60; index += 1) await call(sandbox, "GET", `/v1/outbound-webhooks?number=${index}`);
  const { body, text } = await call(sandbox, "GET", "/sandbox/overview");
  expect(body.at("requests")).toHaveLength(50);
  expect(body.at("requests", 0, "query")).toBe("number=59");
  expect(text).not.toContain(sandbox.managementKey);
});
