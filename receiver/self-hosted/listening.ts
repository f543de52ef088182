import type { Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";

/** Resolves to the server's address, once it takes connections: the one that was bound, where a name was given. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new Error(`Listening on ${host}:${port}: ${error.message}. Choose another with --host and --port.`));
    });
    server.listen(port, host, 4096, resolve);
  });
  const bound = server.address() as AddressInfo;
  return `http://${isIPv6(bound.address) ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

/** Emitted on a server when its grace is over: the last moment to answer what is not answered yet. */
export const GRACE_OVER = "grace-over";
const LAST_ANSWERS_MS = 200;

/** Idle connections are closed at once, busy ones when they have been answered, the rest soon after the grace. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    let cutOff: NodeJS.Timeout;
    const graceOver = setTimeout(() => {
      server.emit(GRACE_OVER);
      cutOff = setTimeout(() => {
        server.closeAllConnections();
      }, LAST_ANSWERS_MS);
    }, graceMs);
    server.close(() => {
      clearTimeout(graceOver);
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}
