import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  type IntakeAnswer,
  type IntakeHead,
  type IntakeSettings,
  notFound,
  refuseByHead,
  takeIn,
  tooLarge,
} from "../intake";
import type { Clock } from "../clock";
import type { Inbox } from "../inbox";
import type { SigningSecret } from "../signature";
import { discardRest, readBody } from "./body";
import type { ReceiverConfig } from "./config";

export interface Route {
  readonly settings: IntakeSettings;
  readonly secrets: () => readonly SigningSecret[];
}

export interface IntakeServerParts {
  readonly routes: ReadonlyMap<string, Route>;
  readonly inbox: Pick<Inbox, "accept">;
  readonly clock: Clock;
  readonly limits: ReceiverConfig["limits"];
  /** Answers what is not a relay's path; false when it is nothing of its own either. */
  readonly other?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly answered: (route: Route | undefined, answer: IntakeAnswer, bytes: number, ms: number) => void;
  /** Where the crash harness may end the process. */
  readonly step?: (step: "before-answer" | "answered") => void;
}

/** The node:http side of the intake: bytes in, an answer out, limits against clients that are slow, large or many. */
export function createIntakeServer(parts: IntakeServerParts): Server {
  const server = createServer({
    headersTimeout: parts.limits.headersSeconds * 1000,
    requestTimeout: parts.limits.requestSeconds * 1000,
    // Longer than the idle timeout of the usual load balancers (60 s), so that it is them who close a connection.
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 16_384,
    noDelay: true,
  });
  server.maxConnections = parts.limits.connections;
  server.maxHeadersCount = 100;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathOf(request.url);
    const route = parts.routes.get(path);
    if (!route && parts.other?.(request, response)) return;
    void respond(parts, route, request, response).catch((error: unknown) => {
      // A bug, not a state of the world: the sender comes again, the process reports it and is started anew.
      response.destroy();
      throw error;
    });
  };
  server.on("request", handle);
  // Without a listener Node invites the body before anything could be refused by its head.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    const route = parts.routes.get(pathOf(request.url));
    if (route && !refuseByHead(headOf(request), route.settings)) response.writeContinue();
    handle(request, response);
  });
  return server;
}

async function respond(
  parts: IntakeServerParts,
  route: Route | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const began = performance.now();
  const { answer, bytes } = await answerTo(parts, route, request);
  parts.step?.("before-answer");
  if (!response.destroyed) {
    send(request, response, answer);
    parts.step?.("answered");
  }
  parts.answered(route, answer, bytes, performance.now() - began);
}

async function answerTo(
  parts: IntakeServerParts,
  route: Route | undefined,
  request: IncomingMessage,
): Promise<{ answer: IntakeAnswer; bytes: number }> {
  if (!route) return { answer: notFound(), bytes: 0 };
  const { settings } = route;
  const head = headOf(request);
  const refused = refuseByHead(head, settings);
  if (refused) return { answer: refused, bytes: 0 };
  const body = await readBody(request, settings.maxBodyBytes);
  if (body === "too-large") return { answer: tooLarge(settings), bytes: settings.maxBodyBytes };
  if (body === "incomplete") return { answer: INCOMPLETE, bytes: 0 };
  const answer = await takeIn(head, body, settings, route.secrets(), parts.inbox, parts.clock());
  return { answer, bytes: body.length };
}

/** For the books only: the client has gone. */
const INCOMPLETE: IntakeAnswer = { status: 400, outcome: "incomplete", headers: {}, body: "" };

function send(request: IncomingMessage, response: ServerResponse, answer: IntakeAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.body) });
  response.end(answer.body);
  if (!request.complete) discardRest(request);
}

function headOf(request: IncomingMessage): IntakeHead {
  const { headers } = request;
  return {
    method: request.method,
    contentType: headers["content-type"],
    contentEncoding: headers["content-encoding"],
    contentLength: headers["content-length"],
    eventHeader: single(headers["x-kustomer-webhook-event"]),
    signature: single(headers["x-kustomer-webhook-signature"]),
  };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}

function pathOf(url: string | undefined): string {
  const question = url?.indexOf("?") ?? -1;
  return question < 0 ? (url ?? "/") : (url ?? "/").slice(0, question);
}
