import { readFileSync, readdirSync } from "node:fs";

export interface RunningProcess {
  readonly id: number;
  readonly command: string;
}

/** What runs with this text in its environment: a CLI that was killed leaves processes behind that are nobody's children. Linux only. */
export function processesWith(text: string): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => readProc(name, "environ").includes(text))
    .map((name) => ({ id: Number(name), command: readProc(name, "cmdline").replaceAll("\0", " ") }));
}

export function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function readProc(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}
