import { randomUUID } from "node:crypto";
import type { Answer, Incoming } from "../http";
import { bearerToken, findRoute, Refused } from "../http";
import { isExpired } from "../keys";
import type { StoredKey } from "../store";
import { tokenOperations } from "./auth-tokens";
import { errorAnswer, expiredAnswer, gatewayError, notFound, refuse } from "./errors";
import { openOperations } from "./open-operations";
import type { Call, Context, Operation } from "./operation";
import { webhookOperations } from "./outbound-webhooks";
import type { RateLimit } from "./rate-limit";
import { satisfies } from "./roles";

const operations = [...webhookOperations, ...tokenOperations];

/** Kustomer's REST API, as far as a relay needs it. */
export class Kustomer {
  constructor(
    private readonly context: Context,
    private readonly rateLimit: RateLimit,
  ) {}

  /** The answer without the headers that all answers share. */
  handle(incoming: Incoming): Answer {
    try {
      const call = { ...this.context, query: incoming.query, raw: incoming.raw };
      const open = findRoute(openOperations, incoming.method, incoming.path);
      if (open !== undefined) return open.route.handler({ ...call, params: open.params });
      const key = this.#authenticate(incoming);
      if (!this.rateLimit.admit()) return this.rateLimit.refusal();
      const match = findRoute(operations, incoming.method, incoming.path);
      if (match === undefined) return this.#noSuchOperation(incoming.path);
      return this.#perform(match.route, { ...call, params: match.params, key });
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  }

  /** Adds what every answer of Kustomer carries; an answer's own headers win. */
  finish(answer: Answer): Answer {
    const { contentType, requestIdHeader } = this.context.profile;
    return {
      ...answer,
      headers: {
        ...(answer.body === undefined ? {} : { "content-type": contentType }),
        ...(requestIdHeader === false ? {} : { [requestIdHeader]: randomUUID() }),
        ...(answer.status === 429 ? {} : this.rateLimit.headers()),
        ...answer.headers,
      },
    };
  }

  /** Documented (DOC-AUTH): a bearer token. That unknown and revoked ones get 401 is inferred, the expired message observed. */
  #authenticate(incoming: Incoming): StoredKey {
    const { keys, profile } = this.context;
    const key = keys.byToken(bearerToken(incoming.headers));
    if (key === undefined) throw refuse(gatewayError(profile, 401, "Invalid token"));
    if (isExpired(key)) throw refuse(expiredAnswer(profile));
    key.lastAccessedAt = new Date().toISOString();
    return key;
  }

  #perform(operation: Operation, call: Call): Answer {
    const { profile, key } = call;
    const needs = typeof operation.needs === "function" ? operation.needs(profile) : operation.needs;
    if (needs !== "any-credential" && !satisfies(key.roles, needs)) {
      return errorAnswer(profile, operation.family, 403, `One of these roles is required: ${needs.join(", ")}`);
    }
    return operation.handler(call);
  }

  #noSuchOperation(path: string): Answer {
    const family = path.startsWith("/v1/outbound-webhooks") ? "apps-platform" : "access-management";
    return notFound(this.context.profile, family, "Not found");
  }
}
