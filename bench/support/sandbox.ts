import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { repoRoot } from "../../toolbox/pulumi";
import { BenchError } from "./bench-error";

export interface BenchSandbox {
  readonly url: string;
  readonly managementKey: string;
  readonly issuerUrl: string;
  readonly issuerToken: string;
  readonly airkitConsoleUrl: string;
  readonly airkitToken: string;
  /** What points the default provider at it. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A sandbox in a process of its own so that it takes no time from what is measured; without limits unless one is given. */
export async function startBenchSandbox(rateLimit: number | "off" = "off"): Promise<BenchSandbox> {
  const main = path.join(repoRoot(), "dist/sandbox/main.js");
  const child = spawn(process.execPath, [main, "--rate-limit", String(rateLimit), "--webhook-limit", "off"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const exited = once(child, "exit").finally(() => running.delete(child));
  const line = await Promise.race([once(createInterface(child.stdout), "line"), exited.then(() => undefined)]);
  if (line === undefined) throw new BenchError("The sandbox did not start.");
  const ready = JSON.parse(String(line[0])) as Omit<BenchSandbox, "env" | "close">;
  return {
    ...ready,
    env: { KUSTOMER_BASE_URL: ready.url, KUSTOMER_API_KEY: ready.managementKey },
    close: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
