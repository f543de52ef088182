import type { Dispatcher } from "undici";

/** Sandboxes and tests: never through a company's proxy, which knows another machine by that name. */
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];
const CONNECT_TIMEOUT_MS = 10_000;

/** Whether a variable names a proxy: what cannot be resolved or connected to from here may be reached all the same. */
export function hasProxy({ HTTPS_PROXY, https_proxy }: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(https_proxy || HTTPS_PROXY);
}

/** Connections as the environment wants them: through HTTPS_PROXY or HTTP_PROXY, but to what NO_PROXY names. */
export async function openConnections(perOrigin: number, environment = process.env): Promise<Dispatcher> {
  // Loaded on first use: a program that only declares resources never pays for it.
  const { EnvHttpProxyAgent } = await import("undici");
  const { HTTPS_PROXY, https_proxy = HTTPS_PROXY, HTTP_PROXY, http_proxy = HTTP_PROXY } = environment;
  const { NO_PROXY = "", no_proxy = NO_PROXY } = environment;
  return new EnvHttpProxyAgent({
    connections: perOrigin,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    httpsProxy: https_proxy ?? "",
    httpProxy: http_proxy ?? "",
    noProxy: no_proxy.trim() === "*" ? "*" : [no_proxy, ...LOOPBACK].filter((host) => host !== "").join(","),
  });
}
