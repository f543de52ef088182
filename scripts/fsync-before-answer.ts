import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signedEvent } from "./chaos/event";

/**
 * Shows with strace that no answer leaves before its event is on the disk: for every event sent one after the other, the
 * log is written and synced between the request's arrival and the answer. Linux only, and strace has to be installed.
 */
const EVENTS = 20;
const SECRET = "fsync-signing-secret";

async function main(): Promise<void> {
  if (spawnSync("strace", ["--version"]).status !== 0) throw new Error("This needs strace; install it and run again.");
  const folder = mkdtempSync(join(tmpdir(), "kustomer-relay-fsync-"));
  const trace = join(folder, "trace");
  const flags = ["--store", join(folder, "store"), "--port", "0", "--json", "--destination", "https://localhost:9/"];
  const command = [process.execPath, join(__dirname, "../cli/main.js"), "receive", ...flags];
  const calls = "trace=pwrite64,fsync,fdatasync,write,writev,read";
  const child = spawn("strace", ["-f", "-y", "-s", "40", "-e", calls, "-o", trace, ...command], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, KUSTOMER_RELAY_SECRET: SECRET, KUSTOMER_RELAY_LOG_LEVEL: "error" },
  });
  let receiver: number | undefined;
  try {
    const { url, pid } = await readyLine(child.stdout);
    receiver = pid;
    for (let number = 1; number <= EVENTS; number += 1) {
      const { body, headers } = signedEvent(number, number, SECRET);
      const answer = await fetch(`${url}/kustomer`, { method: "POST", body: new Uint8Array(body), headers });
      if (answer.status !== 200) throw new Error(`Event ${number} was answered ${answer.status}.`);
    }
  } finally {
    // strace keeps a SIGTERM to itself, and ends when the one it watches does.
    if (receiver === undefined) child.kill("SIGKILL");
    else process.kill(receiver, "SIGTERM");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  const { answers, synced, example } = readTrace(readFileSync(trace, "utf8"));
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${example.join("\n")}\n\nanswers ${answers}, with the log synced before them ${synced}\n`);
  process.exitCode = answers === EVENTS && synced === EVENTS ? 0 : 1;
}

function readyLine(stdout: NodeJS.ReadableStream): Promise<{ url: string; pid: number }> {
  return new Promise((resolve) => {
    stdout.once("data", (line: Buffer) => {
      resolve(JSON.parse(line.toString()) as { url: string; pid: number });
    });
  });
}

/** Walks through the calls in their order, and looks at what happened since the last request was read. */
function readTrace(text: string): { answers: number; synced: number; example: string[] } {
  let answers = 0;
  let synced = 0;
  let since: string[] = [];
  let example: string[] = [];
  for (const call of text.split("\n")) {
    if (/ read\(.*"POST /.test(call)) since = [];
    since.push(call);
    if (!/ writev?\(.*HTTP\/1\.1 200/.test(call)) continue;
    answers += 1;
    const written = since.findLastIndex((one) => /pwrite64\(.*-wal>/.test(one));
    const sync = since.findLastIndex((one) => /(fsync|fdatasync)\(.*-wal>/.test(one));
    if (written >= 0 && sync > written) synced += 1;
    example = since.filter((one) => /-wal>|"POST |HTTP\/1\.1 200/.test(one));
  }
  return { answers, synced, example };
}

void main();
