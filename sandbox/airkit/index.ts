import { createHmac, timingSafeEqual } from "node:crypto";
import type { Answer, Incoming } from "../http";
import { findRoute, isRecord, parseJson } from "../http";
import type { Store } from "../store";

const routes = [
  { method: "POST", pattern: "/internal/sessions/v1/resource/kustomer/:resourceId/receive-message", handler: null },
];

/** The Airkit end of a relay. */
export class Airkit {
  constructor(private readonly store: Store) {}

  handle(incoming: Incoming): Answer {
    const match = findRoute(routes, incoming.method, incoming.path);
    if (match === undefined) return { status: 404 };
    return this.#receiveMessage(incoming, match.params.resourceId ?? "");
  }

  /**
   * The path is documented (Airkit's Kustomer Relays page, 18.5). All else is inferred from Kustomer's side: the
   * signature header, and the answers 200, 401 for a bad signature and 404 for a Resource without a secret. As long as
   * nobody gave any secret, everything is taken unverified.
   */
  #receiveMessage({ raw, headers }: Incoming, resourceId: string): Answer {
    const { received, secrets } = this.store.state;
    const expected = Object.hasOwn(secrets, resourceId) ? secrets[resourceId] : undefined;
    const verified = isSigned(raw, headers["x-kustomer-webhook-signature"], expected ?? []);
    const status = verified || Object.keys(secrets).length === 0 ? 200 : expected === undefined ? 404 : 401;
    const text = raw.toString("utf8");
    const body = parseJson(raw);
    const id = isRecord(body) ? body.id : undefined;
    received.push({
      at: Date.now(),
      resourceId,
      eventName: single(headers["x-kustomer-webhook-event"]),
      verified,
      status,
      eventId: typeof id === "string" ? id : undefined,
      body: body ?? text,
      raw: text,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, single(value) ?? ""])),
    });
    this.store.changed();
    return { status };
  }
}

/** Documented (DOC-DEL): lowercase hex HMAC-SHA256 of the raw body. Every secret is tried, in constant time. */
function isSigned(raw: Buffer, signature: string | string[] | undefined, secrets: readonly string[]): boolean {
  if (typeof signature !== "string") return false;
  const given = Buffer.from(signature);
  const matches = secrets.filter((secret) => {
    const wanted = Buffer.from(createHmac("sha256", secret).update(raw).digest("hex"));
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
  return matches.length > 0;
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(", ") : value;
