import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { LaneName } from "../../../lab/rotation/lanes";
import type { Figures } from "../../../lab/rotation/measure";

const SCRIPT = join(__dirname, "../../../dist/scripts/rotation.js");

export const NOTHING_LOST = { lost: 0, refusedForGood: 0, callsRefused: 0, webhooksLeft: 1, keysLeft: 1 };

/** `npm run rotation`, shorter than by hand, and with Kustomer's retries sped up. */
export function rotationUnderLoad(lane: LaneName): Figures {
  const short = ["--lane", lane, "--calm", "1", "--watch", "1", "--time-scale", "30", "--json"];
  // In a process of its own, because a hundred events a second leave a test runner no time for the engine's requests.
  const { stdout, stderr, status } = spawnSync(process.execPath, [SCRIPT, ...short], { encoding: "utf8" });
  if (status !== 0) throw new Error(stdout + stderr);
  const [figures] = JSON.parse(stdout) as [Figures];
  return figures;
}
