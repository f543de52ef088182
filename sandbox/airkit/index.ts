import { createHmac, timingSafeEqual } from "node:crypto";
import type { Answer, Incoming } from "../http";
import { findRoute, isRecord, parseJson } from "../http";
import type { Store } from "../store";
import { AirkitConsole, consoleBase } from "./console";
import type { AirkitObjects } from "./objects";

const routes = [
  { method: "POST", pattern: "/internal/sessions/v1/resource/kustomer/:resourceId/receive-message", handler: null },
];

/** The Airkit end of a relay, and the console in which its parts are set up. */
export class Airkit {
  readonly #console: AirkitConsole;

  constructor(
    private readonly store: Store,
    private readonly objects: AirkitObjects,
    consoleNamesOrganisation: boolean,
  ) {
    this.#console = new AirkitConsole(store, objects, consoleNamesOrganisation);
  }

  handle(incoming: Incoming): Answer {
    if (incoming.path.startsWith(`${consoleBase}/`)) return this.#console.handle(incoming);
    const match = findRoute(routes, incoming.method, incoming.path);
    if (match === undefined) return { status: 404 };
    return this.#receiveMessage(incoming, match.params.resourceId ?? "");
  }

  /**
   * The path is documented (Airkit's Kustomer Relays page, 18.5). All else is inferred: the signature header from Kustomer's
   * side, and the answers 200, 401 for a bad signature and 404 for a Resource that no secret belongs to. As long as there is
   * neither a routing flow nor a secret that somebody gave, everything is taken unverified.
   */
  #receiveMessage({ raw, headers }: Incoming, resourceId: string): Answer {
    const { received, secrets } = this.store.state;
    const given = Object.hasOwn(secrets, resourceId) ? (secrets[resourceId] ?? []) : [];
    const accepted = [...given, ...secretsOfRelays(this.objects, resourceId)];
    const anyIsKnown = Object.keys(secrets).length > 0 || this.objects.all("routing-flows").length > 0;
    const verified = isSigned(raw, headers["x-kustomer-webhook-signature"], accepted);
    const status = verified || !anyIsKnown ? 200 : accepted.length === 0 ? 404 : 401;
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

/**
 * The secrets of the routing flows through which events for a Resource come: type Relay, relay type Kustomer, tied to the
 * account the Resource belongs to and to a hub, all of which exist. That it is decided so is inferred from what the two
 * forms ask for; the documentation does not say whether a secret belongs to a Resource or to a routing flow.
 */
function secretsOfRelays(objects: AirkitObjects, resourceId: string): string[] {
  const account = objects.find("accounts", String(objects.find("resources", resourceId)?.datasourceId));
  if (account === undefined) return [];
  return objects
    .all("routing-flows")
    .filter(({ type, relayType }) => type === "Relay" && relayType === "Kustomer")
    .filter(
      ({ datasourceId, hubId }) => datasourceId === account.id && objects.find("hubs", String(hubId)) !== undefined,
    )
    .map(({ webhookSecretKey }) => String(webhookSecretKey));
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
