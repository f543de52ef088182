import type { Dispatcher } from "undici";
import { CONNECT_TIMEOUT_MS, type Send, sendDirectly } from "./direct";
import { RelayError } from "./errors";

/** Sandboxes and tests: never through a company's proxy, which knows another machine by that name. */
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** Whether a variable names a proxy: what cannot be resolved or connected to from here may be reached all the same. */
export function hasProxy(environment: NodeJS.ProcessEnv = process.env): boolean {
  return noProxyOf(environment) !== "*" && Object.values(proxiesOf(environment)).some((proxy) => proxy !== "");
}

/** What sends to one origin as the environment wants it. */
export async function openSend(origin: string, connections: number, environment = process.env): Promise<Send> {
  if (!hasProxy(environment)) return sendDirectly(origin, connections);
  const dispatcher = await openConnections(origin, connections, environment);
  return async (request) => {
    const { statusCode, headers, body } = await dispatcher.request({ origin, ...request });
    return { status: statusCode, headers, text: await body.text() };
  };
}

/** Connections to one origin as the environment wants them: through HTTPS_PROXY or HTTP_PROXY, but to what NO_PROXY names. */
export async function openConnections(
  origin: string,
  connections: number,
  environment = process.env,
): Promise<Dispatcher> {
  const options = { connections, connect: { timeout: CONNECT_TIMEOUT_MS } };
  // Loaded on first use: only who has a proxy pays for it.
  const undici = await import("undici");
  if (!hasProxy(environment)) return new undici.Pool(origin, options);
  const { HTTPS_PROXY, HTTP_PROXY } = proxiesOf(environment);
  return new undici.EnvHttpProxyAgent({
    ...options,
    httpsProxy: addressOf("HTTPS_PROXY", HTTPS_PROXY, origin),
    httpProxy: addressOf("HTTP_PROXY", HTTP_PROXY, origin),
    noProxy: [noProxyOf(environment), ...LOOPBACK].filter((host) => host !== "").join(","),
  });
}

/** As other programs take it: a host and a port alone are a proxy that speaks http. What stands there may hold a password. */
function addressOf(variable: string, proxy: string, origin: string): string {
  const address = proxy === "" || proxy.includes("://") ? proxy : `http://${proxy}`;
  if (address === "" || (URL.canParse(address) && /^(https?|socks5h?):$/.test(new URL(address).protocol)))
    return address;
  throw new RelayError({
    doing: `connect to ${origin}`,
    what: `${variable} is not the address of a proxy`,
    next: "set it to http://HOST:PORT, or unset it",
  });
}

function noProxyOf({ NO_PROXY = "", no_proxy = NO_PROXY }: NodeJS.ProcessEnv): string {
  return no_proxy.trim();
}

function proxiesOf({
  HTTPS_PROXY,
  https_proxy,
  HTTP_PROXY,
  http_proxy,
}: NodeJS.ProcessEnv): Record<"HTTPS_PROXY" | "HTTP_PROXY", string> {
  return {
    HTTPS_PROXY: (https_proxy ?? HTTPS_PROXY ?? "").trim(),
    HTTP_PROXY: (http_proxy ?? HTTP_PROXY ?? "").trim(),
  };
}
