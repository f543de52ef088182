import { afterEach, expect, test } from "@jest/globals";
import { request } from "node:http";
import { PageError } from "../../../cli/console/answers";
import { type ConsoleOptions, type ConsoleServer, startConsoleServer } from "../../../cli/console/server";

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
  const { cookie = "" } = await ask(server, new URL(server.address).pathname + new URL(server.address).search);
  const pair = cookie.split(";")[0] ?? "";
  const session = JSON.parse((await ask(server, "/api/session", { headers: { cookie: pair } })).text) as {
    pageToken: string;
  };
  return { cookie: pair, "x-page-token": session.pageToken };
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
  expect((await ask(server, "/api/session", { headers: { cookie: first.cookie ?? "" } })).status).toBe(200);
  expect(server.address).toBe(`http://127.0.0.1:${server.port}/`);
});

test("a page of another site gets nothing, whatever name it found this machine under", async () => {
  const server = await start();
  const { cookie } = await enter(server);
  const host = `127.0.0.1:${server.port}`;
  const hostile: Record<string, string>[] = [
    { cookie, host: `evil.example:${server.port}` },
    { cookie, host: "127.0.0.1:1" },
    { cookie, host, origin: "https://evil.example" },
    { cookie, host, origin: "null" },
    { cookie, host, origin: `http://localhost:${server.port}` },
    { cookie, host, "sec-fetch-site": "cross-site" },
    { cookie, host, "sec-fetch-site": "same-site" },
  ];
  for (const headers of hostile) expect((await ask(server, "/api/session", { headers })).status).toBe(403);
  expect((await ask(server, "/api/session", { headers: { cookie, host, origin: `http://${host}` } })).status).toBe(200);
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
    routes: [{ method: "POST", path: "/api/act", changes: true, answer: ({ body }) => done.push(body) }],
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
      { method: "POST", path: "/api/act", changes: true, answer: () => "done" },
      { method: "POST", path: "/api/look", answer: () => "seen" },
    ],
  });
  const headers = await enter(server);
  expect(await ask(server, "/api/act", { method: "POST", headers })).toMatchObject({ status: 403 });
  expect(await ask(server, "/api/look", { method: "POST", headers })).toMatchObject({ status: 200, text: '"seen"' });
});

test("a session ends after thirty idle minutes, and not before", async () => {
  let now = 1_000_000;
  const server = await start({ now: () => now });
  const { cookie } = await enter(server);
  const seen = async (): Promise<number> => (await ask(server, "/api/session", { headers: { cookie } })).status;
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
        method: "POST",
        path: "/api/mistake",
        answer: () => {
          throw new PageError(409, "It is gone.");
        },
      },
      { method: "POST", path: "/api/take", answer: () => "taken" },
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
