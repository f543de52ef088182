/** What a relay of a self-hosted receiver may be called. */
export const RELAY_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The form in which paths are compared: a trailing slash makes no difference. */
export function normalPath(path: string): string {
  return path.replace(/\/+$/, "") || "/";
}

/** Returns what is wrong with a relay's path, or undefined: no client would ask for one of these as it is written. */
export function relayPathProblem(path: string): string | undefined {
  if (!path.startsWith("/") || path.startsWith("//")) return "must begin with one slash";
  if (path.includes("?")) return "has a query (?…), which is no part of a path; remove it";
  if (path.includes("#")) return "has a fragment (#…), which no client sends; remove it";
  const sent = new URL(`http://receiver${path}`).pathname;
  return sent === path ? undefined : `is sent by clients as ${sent}; write it that way`;
}

/**
 * Returns what is wrong with the address under which Kustomer is to reach a relay, or undefined. Give the paths of the relays
 * where they are known: an address that leads to none of them would be answered 404.
 */
export function publicUrlProblem(url: string, paths?: readonly string[]): string | undefined {
  if (!URL.canParse(url)) return "is not a URL; give the whole address, with https://";
  const { protocol, username, password, hash, pathname } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return `has the scheme ${protocol} where https: is needed`;
  if (username !== "" || password !== "")
    return "holds credentials, which Kustomer would show to everybody; remove them";
  if (hash !== "") return "has a fragment (#…), which Kustomer does not send; remove it";
  if (paths === undefined || paths.some((path) => normalPath(path) === normalPath(pathname))) return undefined;
  return `has the path ${pathname}, which is no relay's; the receiver knows ${paths.join(", ")}`;
}
