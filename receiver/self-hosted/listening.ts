import type { Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";

/** Resolves to the server's address, once it takes connections. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new Error(`Listening on ${host}:${port}: ${error.message}. Choose another with --host and --port.`));
    });
    server.listen(port, host, 4096, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${bound}`;
}

/** Idle connections are closed at once, busy ones when they have been answered, the rest after the grace. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const cutOff = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}
