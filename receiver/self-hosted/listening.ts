import type { Server } from "node:http";
import { type AddressInfo, isIPv6, Server as NetServer } from "node:net";
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

/** Emitted on a server that is about to end: every answer from now on is the last one on its connection. */
export const CLOSING = "closing";
/** Emitted on a server when its grace is over: the last moment to answer what is not answered yet. */
export const GRACE_OVER = "grace-over";
const LAST_ANSWERS_MS = 200;

/** A sender that is just putting its next request on a connection that looks idle here gets an answer, the last one on it. */
const IDLE_AT_MOST_MS = 250;

/** Nobody is taken to be on the way any more once no new connection has come for so long. */
const QUIET_MS = 50;
/** While they keep coming, new connections are taken for so much of the grace. */
const SHARE_FOR_NEWCOMERS = 1 / 2;

/**
 * Those that are connected end with their next answer; idle ones soon, the rest soon after the grace. New connections are
 * taken until none comes: the system resets those that it has accepted and we have not, with the request that they brought.
 */
export async function closeServer(server: Server, wholeGraceMs: number): Promise<void> {
  const began = performance.now();
  server.emit(CLOSING);
  if (wholeGraceMs > 0) await untilQuiet(server, wholeGraceMs * SHARE_FOR_NEWCOMERS);
  const graceMs = Math.max(0, wholeGraceMs - (performance.now() - began));
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, work: () => void): void => void timers.push(setTimeout(work, ms));
  await new Promise<void>((resolve) => {
    // The close of an HTTP server resets idle connections at once, and with them what is on its way there.
    NetServer.prototype.close.call(server, () => {
      resolve();
    });
    after(Math.min(graceMs, IDLE_AT_MOST_MS), () => {
      server.closeIdleConnections();
    });
    after(graceMs, () => {
      server.emit(GRACE_OVER);
    });
    after(graceMs + LAST_ANSWERS_MS, () => {
      server.closeAllConnections();
    });
  });
  for (const timer of timers) clearTimeout(timer);
}

function untilQuiet(server: Server, mostMs: number): Promise<void> {
  return new Promise((resolve) => {
    let last = performance.now();
    const end = last + mostMs;
    const note = (): void => {
      last = performance.now();
    };
    const leftMs = (): number => Math.min(last + QUIET_MS, end) - performance.now();
    const look = (): void => {
      const ms = leftMs();
      if (ms > 0) setTimeout(look, ms);
      else setImmediate(lookAgain);
    };
    // The loop has just asked the system for a connection: without that, a machine that stood still would look like quiet.
    const lookAgain = (): void => {
      if (leftMs() > 0) look();
      else {
        server.off("connection", note);
        resolve();
      }
    };
    server.on("connection", note);
    look();
  });
}
