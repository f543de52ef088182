import { AIRKIT_REALMS, receiveMessageUrl } from "../../providers/airkit/destination-url";
import type { Block } from "./code";
import type { Found } from "./survey";

/** The Resource of Airkit to which a webhook sends, and how its URL is declared; `undefined` for any other destination. */
export function airkitDestination(url: string): { resourceId: string; host: Block } | undefined {
  const [, origin = "", resourceId = ""] =
    /^(https?:\/\/[^/]+)\/internal\/sessions\/v1\/resource\/kustomer\/([0-9a-f-]{36})\/receive-message$/.exec(url) ??
    [];
  if (resourceId === "") return undefined;
  const host = hostOf(origin);
  const { realm, apiHostname = realm === undefined ? undefined : AIRKIT_REALMS[realm] } = host;
  try {
    // Only what is declared to the very same text changes nothing.
    const declared = receiveMessageUrl({ resourceId, ...(apiHostname === undefined ? {} : { apiHostname }) });
    return declared === url ? { resourceId, host: { ...host } } : undefined;
  } catch {
    return undefined;
  }
}

function hostOf(origin: string): { realm?: keyof typeof AIRKIT_REALMS; apiHostname?: string } {
  const { hostname, protocol } = new URL(origin);
  const realms = Object.keys(AIRKIT_REALMS) as (keyof typeof AIRKIT_REALMS)[];
  const realm = realms.find((name) => AIRKIT_REALMS[name] === hostname);
  if (realm !== undefined) return { realm };
  if (origin === new URL(receiveMessageUrl({ resourceId: ANY_UUID })).origin) return {};
  return { apiHostname: protocol === "https:" ? origin.slice("https://".length) : origin };
}

const ANY_UUID = "00000000-0000-0000-0000-000000000000";

/** The webhooks whose events a Routing Flow is about: they go to a Resource of the same connected account. */
export function webhooksOf(flow: Found, found: readonly Found[]): Found[] {
  return found.filter(({ kind, properties }) => {
    if (kind !== "webhook") return false;
    const resourceId = airkitDestination(String(properties.url))?.resourceId;
    const resource = found.find((other) => other.kind === "resource" && other.id === resourceId);
    return resource !== undefined && resource.properties.datasourceId === flow.properties.datasourceId;
  });
}
