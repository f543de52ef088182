import { afterEach, expect, test } from "@jest/globals";
import { type IncomingMessage, request } from "node:http";
import { PageError } from "../../../cli/console/answers";
import { Live } from "../../../cli/console/live";
import { type ConsoleOptions, type ConsoleServer, startConsoleServer } from "../../../cli/console/server";
import { until } from "../../receiver/support/destination";

const open: ConsoleServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: Partial<ConsoleOptions> = {}): Promise<ConsoleServer> {
  const server = await startConsoleServer({ routes: [], feed: () => () => undefined, readOnly: false, ...options });
  open.push(server);
  return server;
}

interface Answer {
  status: number;
  text: string;
  cookie: string | undefined;
}

/** By node:http, which lets a request say whatever Host it likes. */
function ask(
  { port }: ConsoleServer,
  path: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text, cookie: response.headers["set-cookie"]?.[0] });
      });
    });
    sent.on("error", reject).end(body);
  });
}

async function enter(server: ConsoleServer): Promise<{ cookie: string; "x-page-token": string }> {
  const { pathname, search } = new URL(server.address);
  const { cookie = "", text } = await ask(server, pathname + search);
  const [, pageToken = ""] = /<meta name="page-token" content="([\w-]{32})"/.exec(text) ?? [];
  return { cookie: cookie.split(";")[0] ?? "", "x-page-token": pageToken };
}

test("the printed address opens the page once, for the one browser that used it, by a strict cookie of this port", async () => {
  const server = await start();
  const { pathname, search } = new URL(server.address);
  expect((await ask(server, "/")).status).toBe(401);
  expect((await ask(server, "/?ticket=guessed")).status).toBe(401);
  const first = await ask(server, pathname + search);
  expect(first.status).toBe(200);
  expect(first.cookie).toMatch(
    new RegExp(`^kustomer-relay-console-${server.port}=[\\w-]{32}; Path=/; HttpOnly; SameSite=Strict$`),
  );
  expect(first.text).not.toContain(search.slice("?ticket=".length));
  expect((await ask(server, pathname + search)).status).toBe(401);
  expect((await ask(server, "/", { headers: { cookie: first.cookie ?? "" } })).status).toBe(200);
  expect(server.address).toBe(`http://127.0.0.1:${server.port}/`);
});

test("a page of another site gets nothing, whatever name it found this machine under", async () => {
  const server = await start();
  const session = await enter(server);
  const host = `127.0.0.1:${server.port}`;
  const hostile: Record<string, string>[] = [
    { host: `evil.example:${server.port}` },
    { host: `localhost.evil:${server.port}` },
    { host: `127.0.0.1.evil:${server.port}` },
    { host: `${host}.evil` },
    { host: `evil@${host}` },
    { host: "127.0.0.1" },
    { host: "127.0.0.1:1" },
    { host, origin: "https://evil.example" },
    { host, origin: "null" },
    { host, origin: `http://localhost:${server.port}` },
    { host, "sec-fetch-site": "cross-site" },
    { host, "sec-fetch-site": "same-site" },
  ];
  for (const headers of hostile)
    expect((await ask(server, "/api/session", { headers: { ...session, ...headers } })).status).toBe(403);
  const own = { ...session, host, origin: `http://${host}` };
  expect((await ask(server, "/api/session", { headers: own })).status).toBe(200);
});

test("the file that opens the browser, which is no site, brings the ticket; under another name it is worth nothing", async () => {
  const server = await start();
  const { search } = new URL(server.address);
  const host = `127.0.0.1:${server.port}`;
  expect((await ask(server, `/${search}`, { headers: { host: `evil.example:${server.port}` } })).status).toBe(403);
  const fromFile = { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  expect((await ask(server, `/${search}`, { headers: fromFile })).status).toBe(200);
});

test("what changes something takes the page's token beside the cookie", async () => {
  const done: unknown[] = [];
  const server = await start({
    routes: [{ path: "/api/act", changes: true, answer: ({ body }) => done.push(body) }],
  });
  const session = await enter(server);
  const act = (headers: Record<string, string>): Promise<Answer> =>
    ask(server, "/api/act", { method: "POST", headers, body: '{"on":true}' });
  expect((await act({ cookie: session.cookie })).status).toBe(403);
  expect((await act({ cookie: session.cookie, "x-page-token": "guessed" })).status).toBe(403);
  expect((await act({ "x-page-token": session["x-page-token"] })).status).toBe(401);
  expect(done).toEqual([]);
  expect((await act(session)).status).toBe(200);
  expect(done).toEqual([{ on: true }]);
});

test("with --read-only nothing can be changed, and what only shows goes on", async () => {
  const server = await start({
    readOnly: true,
    routes: [
      { path: "/api/act", changes: true, answer: () => "done" },
      { path: "/api/look", answer: () => "seen" },
    ],
  });
  const headers = await enter(server);
  expect(await ask(server, "/api/act", { method: "POST", headers })).toMatchObject({ status: 403 });
  expect(await ask(server, "/api/look", { method: "POST", headers })).toMatchObject({ status: 200, text: '"seen"' });
});

test("a session ends after thirty idle minutes, and not before", async () => {
  let now = 1_000_000;
  const server = await start({ now: () => now });
  const headers = await enter(server);
  const seen = async (): Promise<number> => (await ask(server, "/api/session", { headers })).status;
  now += 29 * 60_000;
  expect(await seen()).toBe(200);
  now += 29 * 60_000;
  expect(await seen()).toBe(200);
  now += 31 * 60_000;
  expect(await seen()).toBe(401);
});

test("a mistake is told with its status, a surprise without anything but its message, and a large body is refused", async () => {
  const server = await start({
    routes: [
      {
        path: "/api/mistake",
        answer: () => {
          throw new PageError(409, "It is gone.");
        },
      },
      { path: "/api/take", answer: () => "taken" },
    ],
  });
  const headers = await enter(server);
  const post = (path: string, body?: string): Promise<Answer> =>
    ask(server, path, { method: "POST", headers, ...(body === undefined ? {} : { body }) });
  expect(await post("/api/mistake")).toMatchObject({ status: 409, text: '{"error":"It is gone."}' });
  expect((await post("/api/take", "{")).status).toBe(400);
  expect((await post("/api/take", `"${"x".repeat(70_000)}"`)).status).toBe(413);
  expect((await post("/api/nothing")).status).toBe(404);
});

test("the cookie, which browsers send to every port of this machine, shows and does nothing without the page's token", async () => {
  const done: unknown[] = [];
  const server = await start({ routes: [{ path: "/api/look", answer: () => done.push("seen") }] });
  const { cookie } = await enter(server);
  for (const [method, path] of [
    ["GET", "/api/session"],
    ["GET", "/api/live"],
    ["POST", "/api/look"],
  ] as const)
    for (const token of [undefined, "", "guessed", "x".repeat(32)]) {
      const headers = { cookie, ...(token !== undefined && { "x-page-token": token }) };
      expect((await ask(server, path, { method, headers })).status).toBe(403);
    }
  // As a form of another site would send it, where a browser let it bring the cookie along.
  const form = { cookie, "content-type": "text/plain" };
  expect((await ask(server, "/api/look", { method: "POST", headers: form, body: "{}" })).status).toBe(403);
  expect((await ask(server, "/", { headers: { cookie } })).text).not.toContain("page-token");
  expect(done).toEqual([]);
});

test("of two consoles none takes what the other has given out", async () => {
  const [one, other] = [await start(), await start()];
  const [first, second] = [await enter(one), await enter(other)];
  expect((await ask(one, "/api/session", { headers: second })).status).toBe(401);
  const both = { ...second, cookie: `${first.cookie}; ${second.cookie}` };
  expect((await ask(one, "/api/session", { headers: both })).status).toBe(403);
  expect((await ask(other, "/api/session", { headers: both })).status).toBe(200);
});

test("nothing but the page's own files is served, however it is asked for", async () => {
  const server = await start();
  const headers = await enter(server);
  const odd = ["/../../../package.json", "/%2e%2e/%2e%2e/package.json", "/..%2f..%2fpackage.json", "/page.js/../../x"];
  const more = ["/LICENSE.txt", "/constructor", "/__proto__", "//evil.example/page.js", "http://evil.example/page.js"];
  for (const path of [...odd, ...more, "/\\..\\package.json", "/page.js%00.css", "//["])
    expect((await ask(server, path, { headers })).status).toBeGreaterThanOrEqual(400);
  expect((await ask(server, `http://127.0.0.1:${server.port}/page.js`, { headers })).status).toBe(200);
});

test("what asks for a WebSocket gets the answer of a plain request", async () => {
  const server = await start();
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const headers = { ...upgrade, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
  expect((await ask(server, "/api/live", { headers })).status).toBe(401);
  expect((await ask(server, "/api/session", { headers: { ...headers, ...(await enter(server)) } })).status).toBe(200);
});

/** Asks to be told, and reads nothing before `read` is called. */
async function listenTo(server: ConsoleServer, headers: Record<string, string>) {
  const heard = { text: "", ended: false };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: "127.0.0.1", port: server.port, path: "/api/live", headers }, resolve).on("error", reject).end();
  });
  response.setEncoding("utf8").on("error", () => undefined);
  response.on("close", () => (heard.ended = true));
  return { heard, read: () => response.on("data", (chunk: string) => (heard.text += chunk)) };
}

test("a hundred pages that listen are all told", async () => {
  const live = new Live();
  const server = await start({ feed: live.feed });
  const headers = await enter(server);
  const pages = await Promise.all(Array.from({ length: 100 }, () => listenTo(server, headers)));
  for (const page of pages) page.read();
  live.tell("source", "one", { name: "told to all" });
  await until(() => pages.every(({ heard }) => heard.text.includes("told to all")), "all to be told");
});

test("a page that sleeps is let go, so that what it does not read takes no memory", async () => {
  const live = new Live();
  const server = await start({ feed: live.feed });
  const headers = await enter(server);
  const [asleep, awake] = [await listenTo(server, headers), await listenTo(server, headers)];
  awake.read();
  for (let told = 0; told < 100; told += 1) {
    live.tell("run", "one", { text: "x".repeat(200_000) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  live.tell("source", "one", { name: "the last" });
  await until(() => awake.heard.text.includes("the last"), "the one that reads to be told all");
  asleep.read();
  await until(() => asleep.heard.ended, "the one that slept to be let go");
  expect(asleep.heard.text).not.toContain("the last");
});

test("one whose body never ends keeps nobody waiting, nor the console from ending", async () => {
  const server = await start({ routes: [{ path: "/api/take", answer: () => "taken" }] });
  const headers = await enter(server);
  const slow = request({ host: "127.0.0.1", port: server.port, path: "/api/take", method: "POST", headers });
  slow.on("error", () => undefined).write("{");
  expect((await ask(server, "/api/take", { method: "POST", headers })).text).toBe('"taken"');
  await server.close();
});

test("no session ends while a run goes on; after its end there is an address for the next", async () => {
  let now = 1_000_000;
  let isBusy = true;
  const server = await start({ now: () => now, isBusy: () => isBusy });
  const headers = await enter(server);
  const seen = async (): Promise<number> => (await ask(server, "/api/session", { headers })).status;
  now += 3 * 3_600_000;
  expect(server.renew()).toBe(false);
  isBusy = false;
  now += 29 * 60_000;
  expect(server.renew()).toBe(false);
  expect(await seen()).toBe(200);
  now += 31 * 60_000;
  expect(server.renew()).toBe(true);
  expect(server.renew()).toBe(false);
  expect(await seen()).toBe(401);
  expect((await ask(server, "/api/session", { headers: await enter(server) })).status).toBe(200);
});
