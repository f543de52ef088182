import type { IncomingHttpHeaders } from "node:http";

/** Whether it was looked for under this machine's own names: a stranger's DNS may give theirs this machine's address. */
export function isForThisMachine({ host }: IncomingHttpHeaders, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** Whether the page itself may have sent it: a browser sends requests here on behalf of any site that is open in it. */
export function isFromThePage(headers: IncomingHttpHeaders): boolean {
  const { host = "", origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  const site = headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}

/** Of this port: cookies are shared by all ports of a host. */
export function cookieName(port: number): string {
  return `kustomer-relay-console-${port}`;
}

export function cookieIn(headers: IncomingHttpHeaders, port: number): string | undefined {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([name]) => name === cookieName(port))?.[1];
}
