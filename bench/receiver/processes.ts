import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LoadOrders, LoadResult } from "./load";

export const SECRET = "bench-signing-secret";

export interface Running {
  readonly child: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program and waits until it says that it is ready, or until its port answers. */
export async function startProcess(command: readonly string[], port: number, env = {}): Promise<Running> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, BENCH_SECRET: SECRET, ...env },
  });
  const exited = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  const end = performance.now() + 20_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > end) throw new Error(`${command.join(" ")} did not start.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    child,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
  };
}

function answers(port: number): Promise<boolean> {
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

/** A part of this benchmark that runs in a process of its own. */
export function script(name: string): string[] {
  return [process.execPath, join(__dirname, name)];
}

export function load(orders: LoadOrders): Promise<LoadResult> {
  const child = spawn(process.execPath, [join(__dirname, "load.js"), JSON.stringify(orders)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", (line) => {
      resolve(JSON.parse(line) as LoadResult);
    });
    child.once("exit", (code) => {
      if (code !== 0) reject(new Error(`The load generator ended with ${String(code)}.`));
    });
  });
}
