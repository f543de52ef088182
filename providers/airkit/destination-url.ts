import { RelayError } from "../lifecycle/errors";
import { objectId } from "./object-id";

/** The API's hosts by realm (documented). That they serve the relay's path too, as `api.airkit.com` does, is inferred. */
export const AIRKIT_REALMS = {
  us: "us.api.prod.airkit.com",
  eu: "eu.api.prod.airkit.com",
  ap: "ap.api.prod.airkit.com",
} as const;

export type AirkitRealm = keyof typeof AIRKIT_REALMS;

/** The host in the vendor's guide (documented). */
const DEFAULT_HOSTNAME = "api.airkit.com";

const DOING = "make the destination URL";

const HOSTNAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const LOOPBACK_BASE = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?\/?$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Where an outbound webhook sends its events: the Destination URL of the vendor's guide.
 *
 * @example receiveMessageUrl({ resourceId: "9a1c…", apiHostname: AIRKIT_REALMS.eu })
 */
export function receiveMessageUrl({
  apiHostname = DEFAULT_HOSTNAME,
  resourceId,
}: {
  /** A hostname, for example of a realm or of ngrok; for a sandbox on this machine a URL such as `http://127.0.0.1:4010`. */
  apiHostname?: string;
  /** The UUID of the Kustomer Resource, or the address of its page in Airkit's console. */
  resourceId: string;
}): string {
  const id = objectId(resourceId);
  if (!UUID.test(id))
    throw new RelayError({
      doing: DOING,
      what: `the Resource's id must be its UUID, or the address of its page in Airkit's console, not "${resourceId}"`,
    });
  return `${baseOf(apiHostname)}/internal/sessions/v1/resource/kustomer/${id}/receive-message`;
}

function baseOf(apiHostname: string): string {
  const given = apiHostname.trim();
  if (HOSTNAME.test(given)) return `https://${given.toLowerCase()}`;
  if (LOOPBACK_BASE.test(given) && URL.canParse(given)) return new URL(given).origin;
  throw new RelayError({
    doing: DOING,
    what: `"${apiHostname}" is not a hostname`,
    next: `give one such as ${DEFAULT_HOSTNAME} or ${AIRKIT_REALMS.eu}, without https:// and path`,
  });
}
