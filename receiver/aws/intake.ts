import type { Clock } from "../clock";
import { LIMITS, type LogLevel, VARIABLES } from "../contract";
import { messageOf, property } from "../errors";
import { EventTooLarge, type Inbox, StoreUnavailable } from "../inbox";
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
import { isSealedRoute } from "../route-seal";
import { type AwsCall, createAwsCall } from "./client";
import { type Environment, Variables } from "./environment";
import type { FunctionUrlEvent, FunctionUrlResult, LambdaContext } from "./lambda";
import { send } from "./http";
import { createLog, type Log, type Measured } from "./log";
import { bytesOf, encodeMessage } from "./message";
import { sendMessage } from "./queue";
import { type Relay, Relays } from "./relays";

export type IntakeStep = "before-send" | "stored" | "before-answer";

export interface IntakeOptions {
  readonly clock?: Clock;
  /** Where the crash harness may end the process. */
  readonly step?: (step: IntakeStep) => void;
}

type Handler = (event: FunctionUrlEvent, context: LambdaContext) => Promise<FunctionUrlResult>;

/** Kept back from the function's own time, so that it is always us who answer. */
const RESERVE_MS = 500;
/** Kustomer waits a few seconds. */
const LONGEST_MS = 8_000;
/** Reading the secret may not use up what storing needs. */
const SECRET_SHARE = 0.4;

/** Takes Kustomer's events from a Function URL (or an HTTP API) and answers 2xx only once SQS has them. */
export function createIntakeHandler(environment: Environment, options: IntakeOptions = {}): Handler {
  const variables = new Variables(environment);
  const { region, credentials } = variables.platform();
  const queueUrl = variables.text(VARIABLES.queueUrl);
  const prefix = variables.text(VARIABLES.secretPrefix);
  const routeKey = variables.text(VARIABLES.routeKey);
  const unsealedRoutes = new Set(variables.list(VARIABLES.unsealedRoutes));
  const log = createLog(variables.text(VARIABLES.receiver), variables.level());
  const maxAgeMinutes = variables.number(VARIABLES.maxAgeMinutes, Infinity, LIMITS.leastMaxAgeMinutes, Infinity);
  const maxBodyBytes = variables.number(VARIABLES.maxBodyKiB, LIMITS.maxBodyKiB, 1, LIMITS.maxBodyKiB) * 1024;
  variables.check();

  const clock = options.clock ?? Date.now;
  const call = createAwsCall({ send, region, credentials, environment });
  const onProblem = (problem: string): void => {
    log.write("error", problem);
  };
  const intake = new Intake({
    ...options,
    call,
    queueUrl,
    isOurs: (route) => isSealedRoute(route, routeKey) || unsealedRoutes.has(route),
    relays: new Relays({ call, prefix, clock, onProblem }),
    settings: { maxBodyBytes, maxAgeMs: maxAgeMinutes * 60_000 },
    clock,
    log,
  });
  return (event, context) => intake.handle(event, context);
}

interface IntakeParts extends IntakeOptions {
  readonly call: AwsCall;
  readonly queueUrl: string;
  readonly isOurs: (route: string) => boolean;
  readonly relays: Relays;
  readonly settings: Omit<IntakeSettings, "destination">;
  readonly clock: Clock;
  readonly log: Log;
}

class Intake {
  constructor(private readonly parts: IntakeParts) {}

  async handle(event: FunctionUrlEvent, context: LambdaContext): Promise<FunctionUrlResult> {
    const began = performance.now();
    const endsAt = began + Math.min(context.getRemainingTimeInMillis() - RESERVE_MS, LONGEST_MS);
    const left = (): number => Math.max(endsAt - performance.now(), 1);
    const { answer, relay, bytes } = isPayload2(event) ? await this.answerTo(event, left) : notPayload2();
    this.report(answer, relay, bytes, performance.now() - began);
    this.parts.step?.("before-answer");
    return { statusCode: answer.status, headers: answer.headers, body: answer.body };
  }

  /** Everything that can be refused without asking anybody is refused first. */
  private async answerTo(
    event: FunctionUrlEvent,
    left: () => number,
  ): Promise<{ answer: IntakeAnswer; relay?: Relay; bytes: number }> {
    const route = lastSegment(event.rawPath);
    if (!this.parts.isOurs(route)) return { answer: notFound(), bytes: 0 };
    const settings: IntakeSettings = { ...this.parts.settings, destination: "" };
    const head = headOf(event);
    const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
    const bytes = body.length;
    const refused = refuseByHead(head, settings);
    if (refused) return { answer: refused, bytes };
    if (bytes > settings.maxBodyBytes) return { answer: tooLarge(settings), bytes };

    const relay = await this.parts.relays.get(route, left() * SECRET_SHARE);
    // The route is ours, so that its secret cannot be had is ours to mend, and Kustomer should come again.
    if (typeof relay === "string") return { answer: unavailable("no-secret"), bytes };
    const answer = await this.take(head, body, route, relay, left);
    if (answer.outcome !== "signature-mismatch") return { answer, relay, bytes };
    const fresh = await this.parts.relays.refreshAfterMismatch(route, left() * SECRET_SHARE);
    if (fresh === relay || typeof fresh === "string") return { answer, relay, bytes };
    return { answer: await this.take(head, body, route, fresh, left), relay: fresh, bytes };
  }

  private take(head: IntakeHead, body: Buffer, route: string, relay: Relay, left: () => number): Promise<IntakeAnswer> {
    const { name: destination, filter } = relay;
    const settings = { ...this.parts.settings, destination, ...(filter && { filter }) };
    return takeIn(head, body, settings, relay.secrets, this.inbox(route, left), this.parts.clock());
  }

  private inbox(route: string, left: () => number): Pick<Inbox, "accept"> {
    const { call, queueUrl, log, step } = this.parts;
    return {
      accept: async (arriving) => {
        const message = encodeMessage({ ...arriving, route });
        const mostBytes = LIMITS.maxMessageBytes - LIMITS.deadLetterBytes;
        if (bytesOf(message) > mostBytes)
          throw new EventTooLarge(
            `The event and its headers are larger than a message may be (${mostBytes} bytes, in base64).`,
          );
        step?.("before-send");
        try {
          await sendMessage(call, queueUrl, message, left());
        } catch (error) {
          log.write("error", "the queue did not take an event", { event: arriving.id, problem: messageOf(error) });
          throw new StoreUnavailable("The queue did not take it.", { cause: error });
        }
        step?.("stored");
        // SQS drops the copies of the next five minutes without a word; the delivery recognises all others.
        return "stored";
      },
    };
  }

  private report(answer: IntakeAnswer, relay: Relay | undefined, bytes: number, ms: number): void {
    const { outcome, status, eventId, secret, rule } = answer;
    const facts = {
      relay: relay?.name,
      ...(rule !== undefined && { rule }),
      event: eventId,
      ...(outcome !== "stored" && { reason: outcome }),
      status,
      bytes,
      ms: Math.round(ms * 10) / 10,
      ...(secret !== undefined && secret !== "current" && { secret }),
    };
    const [level, message, metrics] = summary(answer);
    const by = rule === undefined ? undefined : `${relay?.name ?? ""}/${rule}`;
    this.parts.log.measure(level, message, metrics, facts, by);
  }
}

function summary({ status, outcome, secret }: IntakeAnswer): [LogLevel, string, Measured] {
  if (status === 200) {
    if (outcome === "probe") return ["info", "probed", {}];
    // Nothing stored, and something received all the same: the alarm for silence counts how often this is said.
    if (outcome === "filtered") return ["info", "filtered", { Stored: [0], Filtered: 1 }];
    const previous = secret !== undefined && secret !== "current" ? { PreviousSecretMatched: 1 } : {};
    return ["info", "received", { Stored: 1, ...previous }];
  }
  if (status >= 500) return ["error", "not available", { StoreUnavailable: 1 }];
  if (outcome === "not-found") return ["warn", "refused", { UnknownAddress: 1 }];
  return ["warn", "refused", outcome.startsWith("signature-") ? { SignatureRefused: 1 } : { Refused: 1 }];
}

/**
 * Whatever stands before it: the stage of an HTTP API, the path of a front, and where a client sends it, the whole address. What a
 * segment is cannot be mistaken: it has a seal, or it has none.
 */
function lastSegment(path: string): string {
  return path.split("/").findLast((segment) => segment !== "") ?? "";
}

/** A REST API, an HTTP API of payload format 1.0 and a load balancer give events that look alike, and are not understood. */
function isPayload2(event: unknown): boolean {
  const [path, headers, body] = ["rawPath", "headers", "body"].map((name) => property(event, name));
  const method = property(property(property(event, "requestContext"), "http"), "method");
  if (typeof path !== "string" || typeof method !== "string" || typeof headers !== "object" || !headers) return false;
  return [body, ...(Object.values(headers) as unknown[])].every(
    (text) => text === undefined || typeof text === "string",
  );
}

function notPayload2(): { answer: IntakeAnswer; relay?: Relay; bytes: number } {
  const error =
    "This function understands events of a Function URL, or of an HTTP API with payload format version 2.0; it is called by something else.";
  return { answer: { ...unavailable("not-understood"), status: 501, body: JSON.stringify({ error }) }, bytes: 0 };
}

function headOf({ headers, requestContext }: FunctionUrlEvent): IntakeHead {
  const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: requestContext.http.method,
    contentType: named.get("content-type"),
    contentEncoding: named.get("content-encoding"),
    contentLength: named.get("content-length"),
    eventHeader: named.get("x-kustomer-webhook-event"),
    signature: named.get("x-kustomer-webhook-signature"),
  };
}
