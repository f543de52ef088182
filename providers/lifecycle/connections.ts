import type { Dispatcher } from "undici";

/** Sandboxes and tests: never through a company's proxy, which knows another machine by that name. */
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];
const CONNECT_TIMEOUT_MS = 10_000;

/** Whether a variable names a proxy: what cannot be resolved or connected to from here may be reached all the same. */
export function hasProxy(environment: NodeJS.ProcessEnv = process.env): boolean {
  return proxiesOf(environment).some((proxy) => proxy !== "");
}

/** Connections to one origin as the environment wants them: through HTTPS_PROXY or HTTP_PROXY, but to what NO_PROXY names. */
export async function openConnections(
  origin: string,
  connections: number,
  environment = process.env,
): Promise<Dispatcher> {
  const options = { connections, connect: { timeout: CONNECT_TIMEOUT_MS } };
  // Loaded on first use: a program that only declares resources never pays for it, and few for what a proxy takes.
  const undici = await import("undici");
  if (!hasProxy(environment)) return new undici.Pool(origin, options);
  const [httpsProxy, httpProxy] = proxiesOf(environment);
  const { NO_PROXY = "", no_proxy = NO_PROXY } = environment;
  const noProxy = no_proxy.trim() === "*" ? "*" : [no_proxy, ...LOOPBACK].filter((host) => host !== "").join(",");
  return new undici.EnvHttpProxyAgent({ ...options, httpsProxy, httpProxy, noProxy });
}

function proxiesOf({ HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy }: NodeJS.ProcessEnv): [string, string] {
  return [https_proxy ?? HTTPS_PROXY ?? "", http_proxy ?? HTTP_PROXY ?? ""];
}
