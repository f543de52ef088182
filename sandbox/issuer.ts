import * as z from "zod";
import type { Answer, Incoming, Params, Route } from "./http";
import { bearerToken, findRoute, parseJson } from "./http";
import { isExpired, type Keys } from "./keys";
import type { Store } from "./store";

const order = z.object({
  name: z.string().min(1),
  roles: z.array(z.string().min(1)).min(1),
  expiresInDays: z.number().positive().optional(),
  owner: z.string().min(1),
});

const claim = z.object({ owner: z.string().min(1) });

/** The sandbox's own, not Kustomer's: what a company's gateway in front of Settings > API Keys could look like. */
export class Issuer {
  readonly #routes: Route<(incoming: Incoming, params: Params) => Answer>[] = [
    { method: "POST", pattern: "/issuer/keys", handler: (incoming) => this.#issue(incoming) },
    { method: "GET", pattern: "/issuer/keys", handler: (incoming) => this.#list(incoming) },
    { method: "PUT", pattern: "/issuer/keys/:id", handler: (incoming, { id = "" }) => this.#claim(incoming, id) },
    { method: "DELETE", pattern: "/issuer/keys/:id", handler: (_, params) => this.#revoke(params.id ?? "") },
  ];

  constructor(
    private readonly store: Store,
    private readonly keys: Keys,
    /** Whether an idempotency key that is repeated gives the same key again, as the contract asks. */
    private readonly repeats: boolean,
  ) {}

  handle(incoming: Incoming): Answer {
    if (bearerToken(incoming.headers) !== this.store.state.issuerToken) return refusal(401, "Invalid issuer token");
    const match = findRoute(this.#routes, incoming.method, incoming.path);
    return match?.route.handler(incoming, match.params) ?? refusal(404, "Not found");
  }

  /**
   * POST {name, roles, expiresInDays?, owner}: 201 {id, token, roles, expiresAt}. Under an idempotency key that made a key
   * which is still valid and the same owner's, up to the first dot: 200 with that key, whose owner is the request's from then on.
   */
  #issue(incoming: Incoming): Answer {
    const parsed = order.safeParse(parseJson(incoming.raw));
    if (!parsed.success) return refusal(400, z.prettifyError(parsed.error));
    const { expiresInDays, ...fields } = parsed.data;
    const { "idempotency-key": given } = incoming.headers;
    const idempotencyKey = typeof given === "string" && this.repeats ? given : undefined;
    const earlier = this.keys
      .all()
      .find(
        (key) =>
          key.idempotencyKey !== undefined &&
          key.idempotencyKey === idempotencyKey &&
          beginningOf(key.owner) === beginningOf(fields.owner) &&
          !isExpired(key),
      );
    if (earlier !== undefined) {
      this.keys.edit(earlier, { owner: fields.owner });
      const { id, token, roles, expiresAt } = earlier;
      return { status: 200, body: { id, token, roles, expiresAt } };
    }
    const expiresAt =
      expiresInDays === undefined ? null : new Date(Date.now() + expiresInDays * 86_400_000).toISOString();
    const key = this.keys.create({ ...fields, expiresAt, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });
    return { status: 201, body: { id: key.id, token: key.token, roles: key.roles, expiresAt } };
  }

  /** GET ?owner=X: 200 {keys: [{id, name, owner, createdAt}]}, those whose owner is X or starts with "X.", or all that were issued. */
  #list(incoming: Incoming): Answer {
    const wanted = incoming.query.get("owner");
    const keys = this.keys
      .all()
      .filter(
        ({ owner }) => owner !== undefined && (wanted === null || owner === wanted || owner.startsWith(`${wanted}.`)),
      )
      .map(({ id, name, owner, createdAt }) => ({ id, name, owner, createdAt }));
    return { status: 200, body: { keys } };
  }

  /** PUT {owner}: 204; 404 for a key that the issuer did not make or that is gone. */
  #claim(incoming: Incoming, id: string): Answer {
    const parsed = claim.safeParse(parseJson(incoming.raw));
    if (!parsed.success) return refusal(400, z.prettifyError(parsed.error));
    const key = this.keys.find(id);
    if (key?.owner === undefined) return refusal(404, "No such key");
    this.keys.edit(key, parsed.data);
    return { status: 204 };
  }

  /** DELETE: 204; 404 for a key that the issuer did not make or that is gone. */
  #revoke(id: string): Answer {
    if (this.keys.find(id)?.owner === undefined) return refusal(404, "No such key");
    this.keys.revoke(id);
    return { status: 204 };
  }
}

const beginningOf = (owner = ""): string => owner.split(".")[0] ?? "";

const refusal = (status: number, message: string): Answer => ({ status, body: { error: message } });
