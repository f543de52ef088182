import { isOwnerHeader, OWNER_HEADER } from "./owner-header";

/** What Kustomer sends by itself with every event (DOC-DEL). */
const SENT_BY_KUSTOMER = new Set(["content-type", "x-kustomer-webhook-event", "x-kustomer-webhook-signature"]);
/** What HTTP's own machinery says of a message, or between two hops. */
const SET_BY_HTTP = new Set([
  ..."connection content-encoding content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
]);

/** Why no header can be given this name; Kustomer stores each, and then its deliveries fail or its own headers are doubled. */
export function headerNameProblem(name: string): string | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return "not a header name";
  if (isOwnerHeader(name)) return `${OWNER_HEADER} is set by this package and tells whose the webhook is`;
  if (SENT_BY_KUSTOMER.has(name.toLowerCase())) return "is sent by Kustomer itself with every event; remove it";
  return SET_BY_HTTP.has(name.toLowerCase()) ? "is set by HTTP itself; remove it" : undefined;
}

/** Why no header can have this value; the value is not repeated, for it may be a secret. */
export function headerValueProblem(value: string): string | undefined {
  if (/[\r\n]/.test(value)) return "holds a line break; write it in one line";
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    return "holds characters that no header can have; write it in Latin letters";
  return value === value.trim() ? undefined : "begins or ends with a blank, which no header keeps; remove it";
}
