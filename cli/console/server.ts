import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PageError, enter, isFile, refuse, sendFile, sendJson } from "./answers";
import { type Feed, feedTo } from "./feed";
import { cookieIn, isForThisMachine, isFromThePage } from "./gate";
import { Sessions, isSame } from "./sessions";

/** What the page asks for, by `POST`. */
export interface Route {
  readonly path: string;
  /** Not there with `--read-only`. */
  readonly changes?: true;
  /** `body` is parsed JSON; `undefined` without one. */
  readonly answer: (request: { readonly body: unknown }) => unknown;
}

export interface ConsoleOptions {
  readonly routes: readonly Route[];
  readonly feed: Feed;
  readonly readOnly: boolean;
  /** Any free one by default. */
  readonly port?: number | undefined;
  readonly now?: () => number;
  /** Whether something goes on that somebody waits for: no session ends meanwhile. */
  readonly isBusy?: () => boolean;
}

export interface ConsoleServer {
  readonly port: number;
  /** The address that opens the page, once. */
  readonly address: string;
  /** Where the session has ended: makes an address that opens the page once more. Whether there is a new one. */
  renew(): boolean;
  close(): Promise<void>;
}

const LARGEST_BODY = 64 * 1024;
/** A page sends at once what it sends. */
const SLOWEST_REQUEST_MS = 30_000;

/** The console's page and what it asks for, on the loopback interface alone. */
export async function startConsoleServer(options: ConsoleOptions): Promise<ConsoleServer> {
  const sessions = new Sessions(options.now, options.isBusy);
  const server = createServer({ requestTimeout: SLOWEST_REQUEST_MS }, (request, response) => {
    void serve(request, response).catch((error: unknown) => {
      refuse(response, error, request.url?.startsWith("/api/") !== true);
    });
  });
  const port = await listen(server, options.port ?? 0);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isForThisMachine(request.headers, port)) throw new PageError(403, ONLY_THE_PAGE);
    const base = `http://127.0.0.1:${port}`;
    const url = URL.parse(request.url ?? "/", base);
    if (url?.origin !== base) throw new PageError(400, "That is no address of this page.");
    const ticket = url.searchParams.get("ticket");
    // Whoever has the ticket may come from anywhere: from a terminal, or from the file that opens the browser.
    if (request.method === "GET" && url.pathname === "/" && ticket !== null) {
      const session = sessions.exchange(ticket);
      if (session === undefined) throw new PageError(401, ASK_FOR_AN_ADDRESS);
      enter(response, session, port);
      return;
    }
    if (!isFromThePage(request.headers)) throw new PageError(403, ONLY_THE_PAGE);
    const session = sessions.use(cookieIn(request.headers, port));
    if (session === undefined) throw new PageError(401, ASK_FOR_AN_ADDRESS);
    if (request.method === "GET" && isFile(url.pathname)) {
      sendFile(response, url.pathname);
      return;
    }
    if (!isSame(request.headers["x-page-token"], session.pageToken)) throw new PageError(403, ASK_FOR_AN_ADDRESS);
    if (request.method === "GET" && url.pathname === "/api/session") {
      sendJson(response, { readOnly: options.readOnly });
      return;
    }
    if (request.method === "GET" && url.pathname === "/api/live") {
      feedTo(response, options.feed, () => sessions.isOpen(session.cookie));
      return;
    }
    const route = options.routes.find(({ path }) => request.method === "POST" && path === url.pathname);
    if (route === undefined) throw new PageError(404, `There is no ${request.method ?? ""} ${url.pathname}.`);
    if (route.changes === true && options.readOnly)
      throw new PageError(403, "This console was started with --read-only.");
    sendJson(response, await route.answer({ body: await bodyOf(request) }));
  };

  return {
    port,
    get address() {
      const ticket = sessions.unusedTicket;
      return `http://127.0.0.1:${port}/${ticket === undefined ? "" : `?ticket=${ticket}`}`;
    },
    renew: () => sessions.renew(),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const ONLY_THE_PAGE = "This page answers itself alone.";
const ASK_FOR_AN_ADDRESS =
  "This page is opened with the address that `kustomer-relay console` prints, and that works once: run it again.";

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY) throw new PageError(413, "That is more than a page would send.");
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch {
    throw new PageError(400, "The body is not JSON.");
  }
}
