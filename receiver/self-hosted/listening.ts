import type { Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { codeOf, property } from "../errors";

/** Resolves to the server's address, once it takes connections: the one that was bound, where a name was given. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: Error): void => {
      const next = "Choose another with --host and --port, or `listen` and `observe` in receiver.yaml";
      reject(new Error(`Listening on ${host}:${port}: ${cause.message}. ${next}.`, { cause }));
    };
    server.once("error", refuse);
    server.listen(port, host, 4096, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  return `http://${isIPv6(bound.address) ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

/** The same, or on a free port where this one is taken. */
export async function listenOrElsewhere(server: Server, at: { host: string; port: number }): Promise<string> {
  return listen(server, at).catch((error: unknown) => {
    if (codeOf(property(error, "cause")) !== "EADDRINUSE") throw error;
    return listen(server, { ...at, port: 0 });
  });
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
