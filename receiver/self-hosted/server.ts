import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  type IntakeAnswer,
  type IntakeHead,
  type IntakeSettings,
  notFound,
  refuseByHead,
  takeIn,
  tooLarge,
  unavailable,
} from "../intake";
import type { Clock } from "../clock";
import type { Inbox } from "../inbox";
import { normalPath } from "../relay-path";
import type { SigningSecret } from "../signature";
import { discardRest, readBody } from "./body";
import { BodyRoom } from "./body-room";
import type { ReceiverConfig } from "./config";
import { Connections } from "./connections";
import { CLOSING, GRACE_OVER } from "./listening";

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
  readonly other?: (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
  readonly answered: (route: Route | undefined, answer: IntakeAnswer, bytes: number, ms: number) => void;
  /** Where the crash harness may end the process. */
  readonly step?: (step: "before-answer" | "answered") => void;
}

/** The node:http side of the intake: bytes in, an answer out, limits against clients that are slow, large or many. */
export function createIntakeServer(parts: IntakeServerParts): Server {
  return new Intake(parts).server;
}

const MIB = 1024 * 1024;

class Intake {
  readonly server: Server;
  private closing = false;
  private readonly room: BodyRoom;
  private readonly connections: Connections;
  private readonly routes: ReadonlyMap<string, Route>;

  constructor(private readonly parts: IntakeServerParts) {
    const { limits } = parts;
    this.routes = new Map([...parts.routes].map(([path, route]) => [normalPath(path), route]));
    this.room = new BodyRoom(limits.bufferMiB * MIB);
    this.connections = new Connections(limits.connections);
    this.server = createServer({
      headersTimeout: limits.headersSeconds * 1000,
      requestTimeout: limits.requestSeconds * 1000,
      keepAliveTimeout: limits.keepAliveSeconds * 1000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
      noDelay: true,
    });
    this.server.maxHeadersCount = 100;
    this.connections.watch(this.server);
    this.server.on("request", this.handle);
    this.server.on(CLOSING, () => {
      this.closing = true;
    });
    // What is still on its way in is answered 503, and the sender comes again, rather than be cut off.
    this.server.on(GRACE_OVER, () => {
      this.room.clear();
    });
    // Without a listener Node invites the body before anything could be refused by its head.
    this.server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      const route = this.routes.get(pathOf(request.url));
      if (route && !refuseByHead(headOf(request), route.settings)) response.writeContinue();
      this.handle(request, response);
    });
  }

  private readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathOf(request.url);
    const route = this.routes.get(path);
    if (!route && this.parts.other?.(request, response, path)) return;
    void this.respond(route, request, response).catch((error: unknown) => {
      // A bug, not a state of the world: the sender comes again, the process reports it and is started anew.
      response.destroy();
      throw error;
    });
  };

  private async respond(route: Route | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    const { answer, bytes } = await this.answerTo(route, request);
    this.parts.step?.("before-answer");
    if (!response.destroyed) {
      this.send(request, response, answer);
      this.parts.step?.("answered");
    }
    this.connections.ended(request.socket, answer.status === 200);
    this.parts.answered(route, answer, bytes, performance.now() - began);
  }

  private async answerTo(
    route: Route | undefined,
    request: IncomingMessage,
  ): Promise<{ answer: IntakeAnswer; bytes: number }> {
    if (!route) return { answer: notFound(), bytes: 0 };
    const { settings } = route;
    const head = headOf(request);
    const refused = refuseByHead(head, settings);
    if (refused) return { answer: refused, bytes: 0 };
    const body = await readBody(request, settings.maxBodyBytes, this.room);
    if (body === "too-large") return { answer: tooLarge(settings), bytes: settings.maxBodyBytes };
    if (body === "no-room") return { answer: unavailable("no-room"), bytes: 0 };
    if (body === "incomplete") return { answer: INCOMPLETE, bytes: 0 };
    try {
      this.connections.began(request.socket);
      const { inbox, clock } = this.parts;
      return {
        answer: await takeIn(head, body.bytes, settings, route.secrets(), inbox, clock()),
        bytes: body.bytes.length,
      };
    } finally {
      body.release();
    }
  }

  private send(request: IncomingMessage, response: ServerResponse, answer: IntakeAnswer): void {
    // Who keeps the connection would send the next event to a receiver that is about to end.
    const last = this.closing ? { connection: "close" } : undefined;
    response.writeHead(answer.status, {
      ...answer.headers,
      ...last,
      "content-length": Buffer.byteLength(answer.body),
    });
    response.end(answer.body);
    if (!request.complete) discardRest(request);
  }
}

/** For the books only: the client has gone. */
const INCOMPLETE: IntakeAnswer = { status: 400, outcome: "incomplete", headers: {}, body: "" };

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

/** Proxies may send the whole address as the target (RFC 9112, 3.2.2). Its query, and a trailing slash, make no difference. */
function pathOf(target = "/"): string {
  const path = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?]*/i, "");
  const question = path.indexOf("?");
  return normalPath(question < 0 ? path : path.slice(0, question));
}
