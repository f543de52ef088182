import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signedEvent } from "./chaos/event";

/**
 * Shows with strace that no answer leaves before its event is on the disk: for every event sent one after the other, the
 * write that has its id in it, then a sync of the same file that is over, then the answer. Linux only, and strace has to be
 * installed.
 */
const EVENTS = 20;
/** More than a page of the log, so that the trace shows all of what was written. */
const SHOWN_BYTES = "9000";
const SECRET = "fsync-signing-secret";

async function main(): Promise<void> {
  if (spawnSync("strace", ["--version"]).status !== 0) throw new Error("This needs strace; install it and run again.");
  const folder = mkdtempSync(join(tmpdir(), "kustomer-relay-fsync-"));
  const trace = join(folder, "trace");
  const flags = ["--store", join(folder, "store"), "--port", "0", "--json", "--destination", "https://localhost:9/"];
  const command = [process.execPath, join(__dirname, "../cli/main.js"), "receive", ...flags];
  const traced = "trace=pwrite64,fsync,fdatasync,write,writev,read";
  const child = spawn("strace", ["-f", "-y", "-s", SHOWN_BYTES, "-e", traced, "-o", trace, ...command], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, KUSTOMER_RELAY_SECRET: SECRET, KUSTOMER_RELAY_LOG_LEVEL: "error" },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const ids: string[] = [];
  let receiver: number | undefined;
  try {
    const { url, pid } = await readyLine(child.stdout);
    receiver = pid;
    for (let number = 1; number <= EVENTS; number += 1) {
      const { id, body, headers } = signedEvent(number, number, SECRET);
      ids.push(id);
      const answer = await fetch(`${url}/kustomer`, { method: "POST", body: new Uint8Array(body), headers });
      if (answer.status !== 200) throw new Error(`Event ${number} was answered ${answer.status}.`);
    }
  } finally {
    // strace keeps a SIGTERM to itself, and ends when the one it watches does.
    if (receiver === undefined) child.kill("SIGKILL");
    else process.kill(receiver, "SIGTERM");
    await ended;
  }
  const calls = readFileSync(trace, "utf8").split("\n");
  rmSync(folder, { recursive: true, force: true });
  const answers = indexesOf(calls, (call) => / writev?\(.*HTTP\/1\.1 200/.test(call));
  const kept = ids.map((id, index) => wayToTheDisk(calls, id, answers[index] ?? -1));
  const synced = kept.filter((steps) => steps !== undefined);
  process.stdout.write(`${(synced.at(-1) ?? []).map((call) => call.slice(0, 160)).join("\n")}\n\n`);
  process.stdout.write(`answers ${answers.length}, with their event synced before them ${synced.length}\n`);
  process.exitCode = answers.length === EVENTS && synced.length === EVENTS ? 0 : 1;
}

function readyLine(stdout: NodeJS.ReadableStream): Promise<{ url: string; pid: number }> {
  return new Promise((resolve, reject) => {
    stdout.once("data", (line: Buffer) => {
      resolve(JSON.parse(line.toString()) as { url: string; pid: number });
    });
    stdout.once("end", () => {
      reject(new Error("The receiver did not start under strace."));
    });
  });
}

/** The write with the event in it, the sync that ended before the answer, and the answer; undefined if it is not so. */
function wayToTheDisk(calls: readonly string[], id: string, answer: number): readonly string[] | undefined {
  const written = calls.findIndex((call) => /pwrite64\(.*-wal>/.test(call) && call.includes(id));
  if (written < 0 || written > answer) return undefined;
  const thread = calls[written]?.split(" ")[0] ?? "";
  const begun = indexesOf(calls, (call) => call.startsWith(`${thread} `) && /f(data)?sync\(.*-wal>/.test(call));
  const sync = begun.find((index) => index > written);
  if (sync === undefined) return undefined;
  const over = calls[sync]?.includes("<unfinished")
    ? calls.findIndex((call, at) => at > sync && call.startsWith(`${thread} `) && /f(data)?sync resumed/.test(call))
    : sync;
  if (over < 0 || over > answer) return undefined;
  return [...new Set([written, sync, over, answer])].map((index) => calls[index] ?? "");
}

function indexesOf(calls: readonly string[], is: (call: string) => boolean): number[] {
  return calls.flatMap((call, index) => (is(call) ? [index] : []));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
