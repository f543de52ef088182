import { spawnSync } from "node:child_process";
import { join } from "node:path";

const HARNESS = join(__dirname, "../../../dist/scripts/chaos.js");

/** Runs the built harness; its last line is the result. */
export function chaos(...args: string[]): { status: number | null; result: Record<string, unknown> } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [HARNESS, "--json", ...args], { encoding: "utf8" });
  const last = stdout.trim().split("\n").at(-1) ?? "";
  if (last === "") throw new Error(`The harness ended with ${String(status)}: ${stderr}`);
  return { status, result: JSON.parse(last) as Record<string, unknown> };
}
