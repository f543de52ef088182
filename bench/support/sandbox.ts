import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { repoRoot } from "../../scripts/engine";
import { BenchError } from "./bench-error";

export interface BenchSandbox {
  readonly url: string;
  readonly managementKey: string;
  /** What points the default provider at it. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/** A sandbox without limits, in a process of its own so that it takes no time from what is measured. */
export async function startBenchSandbox(): Promise<BenchSandbox> {
  const main = path.join(repoRoot(), "dist/sandbox/main.js");
  const child = spawn(process.execPath, [main, "--rate-limit", "off", "--webhook-limit", "off"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = once(child, "exit");
  const line = await Promise.race([once(createInterface(child.stdout), "line"), exited.then(() => undefined)]);
  if (line === undefined) throw new BenchError("The sandbox did not start.");
  const { url, managementKey } = JSON.parse(String(line[0])) as { url: string; managementKey: string };
  return {
    url,
    managementKey,
    env: { KUSTOMER_BASE_URL: url, KUSTOMER_API_KEY: managementKey },
    close: async () => {
      child.kill("SIGTERM");
      await exited;
      process.off("exit", kill);
    },
  };
}
