import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** PR_SET_PDEATHSIG: the kernel ends the program when we end, however that comes about. */
const LEASH = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.argv[1], sys.argv[1:])";

/** A program that cannot outlive this process. It leads a process group, so that what it starts ends with it. */
export function spawnOnLeash(python: string, command: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(python, ["-c", LEASH, ...command], { detached: true, ...options });
}

/** Ends a program and what it started, at once. */
export async function killGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Gone meanwhile.
  }
  await ended;
}

/** Resolves once something listens on a port; fails when the program ends before, or takes too long. */
export async function listening(child: ChildProcess, port: number, name: string, withinMs = 30_000): Promise<void> {
  const until = performance.now() + withinMs;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended while it was starting`);
    if (performance.now() > until) throw new Error(`${name} did not start within ${withinMs / 1000} seconds`);
    await sleep(10);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
