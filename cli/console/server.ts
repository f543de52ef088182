import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HEADERS, PageError, enter, isFile, refuse, sendFile, sendJson } from "./answers";
import { cookieIn, isForThisMachine, isFromThePage } from "./gate";
import { Sessions } from "./sessions";

/** What the page asks for: `GET` shows, `POST` acts and takes the page's token. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Not there with `--read-only`. */
  readonly changes?: true;
  readonly answer: (request: PageRequest) => unknown;
}

export interface PageRequest {
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` without a body. */
  readonly body: unknown;
}

/** What the page is told as it happens, by name. `stop` is called when nobody listens any more. */
export type Feed = (tell: (event: string, data: unknown) => void) => () => void;

export interface ConsoleOptions {
  readonly routes: readonly Route[];
  readonly feed: Feed;
  readonly readOnly: boolean;
  /** Any free one by default. */
  readonly port?: number | undefined;
  readonly now?: () => number;
}

export interface ConsoleServer {
  readonly port: number;
  /** The address that opens the page, once. */
  readonly address: string;
  close(): Promise<void>;
}

const LARGEST_BODY = 64 * 1024;
/** How often the page's session is looked at while it only listens. */
const STILL_OPEN_MS = 15_000;

/** The console's page and what it asks for, on the loopback interface alone. */
export async function startConsoleServer(options: ConsoleOptions): Promise<ConsoleServer> {
  const sessions = new Sessions(options.now);
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      refuse(response, error, request.url?.startsWith("/api/") !== true);
    });
  });
  const port = await listen(server, options.port ?? 0);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isForThisMachine(request.headers, port)) throw new PageError(403, ONLY_THE_PAGE);
    const url = new URL(request.url ?? "/", `http://127.0.0.1:${port}`);
    const ticket = url.searchParams.get("ticket");
    // Whoever has the ticket may come from anywhere: from a terminal, or from the file that opens the browser.
    if (request.method === "GET" && url.pathname === "/" && ticket !== null) {
      const cookie = sessions.exchange(ticket);
      if (cookie === undefined) throw new PageError(401, ASK_FOR_AN_ADDRESS);
      enter(response, cookie, port);
      return;
    }
    if (!isFromThePage(request.headers)) throw new PageError(403, ONLY_THE_PAGE);
    const cookie = cookieIn(request.headers, port);
    const pageToken = sessions.pageTokenOf(cookie);
    if (cookie === undefined || pageToken === undefined) throw new PageError(401, ASK_FOR_AN_ADDRESS);
    if (request.method === "GET" && isFile(url.pathname)) {
      sendFile(response, url.pathname);
      return;
    }
    if (url.pathname === "/api/session") {
      sendJson(response, { pageToken, readOnly: options.readOnly });
      return;
    }
    if (url.pathname === "/api/live") {
      feedTo(response, options.feed, () => sessions.isOpen(cookie));
      return;
    }
    const route = options.routes.find(({ method, path }) => method === request.method && path === url.pathname);
    if (route === undefined) throw new PageError(404, `There is no ${request.method ?? ""} ${url.pathname}.`);
    if (route.method === "POST" && request.headers["x-page-token"] !== pageToken)
      throw new PageError(403, "The page's token is missing: reload the page.");
    if (route.changes === true && options.readOnly)
      throw new PageError(403, "This console was started with --read-only.");
    sendJson(response, await route.answer({ query: url.searchParams, body: await bodyOf(request) }));
  };

  return {
    port,
    get address() {
      const ticket = sessions.unusedTicket;
      return `http://127.0.0.1:${port}/${ticket === undefined ? "" : `?ticket=${ticket}`}`;
    },
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

function feedTo(response: ServerResponse, feed: Feed, isOpen: () => boolean): void {
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
  response.flushHeaders();
  const stop = feed((event, data) => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  });
  const timer = setInterval(() => {
    if (isOpen()) response.write(": still here\n\n");
    else response.end("event: ended\ndata: null\n\n");
  }, STILL_OPEN_MS);
  response.once("close", () => {
    clearInterval(timer);
    stop();
  });
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
