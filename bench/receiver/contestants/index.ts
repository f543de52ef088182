import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../../receiver/self-hosted/sqlite";
import type { LoadOrders } from "../load";
import { script, SECRET } from "../processes";

export interface Contestant {
  readonly name: string;
  /** What it does before it answers. */
  readonly does: string;
  readonly path: string;
  readonly load?: Partial<LoadOrders>;
  /** Its folder is on tmpfs. */
  readonly memory?: true;
  command(port: number, folder: string, sinkPort: number): readonly string[];
  /** The ids it still has after it was killed; undefined where it keeps nothing by design. */
  kept?(folder: string): Set<string>;
}

const PATH = "/kustomer";
export const PATH_OF_RELAY = PATH;

export const BARE = "bare node:http";
export const LIMIT = "node:http + HMAC + append-only file";
export const FASTIFY = "fastify + HMAC";
export const OURS = "kustomer-relay";
export const OURS_IN_MEMORY = `${OURS}, store in memory`;
export const BEFORE = `${OURS} before`;
export const BEFORE_DELIVERING = `${BEFORE}, delivering`;
export const OURS_DELIVERING = `${OURS}, delivering`;

export const CONTESTANTS: readonly Contestant[] = [
  {
    name: BARE,
    does: "nothing",
    path: PATH,
    command: (port) => [...script("contestants/bare-http.js"), String(port)],
  },
  {
    name: "node:http + HMAC",
    does: "verifies",
    path: PATH,
    command: (port) => [...script("contestants/hmac-http.js"), String(port)],
  },
  {
    name: LIMIT,
    does: "verifies, appends to a file, group fsync",
    path: PATH,
    command: (port, folder) => [...script("contestants/append-only.js"), String(port), join(folder, "events.log")],
    kept: (folder) => idsInRecords(join(folder, "events.log")),
  },
  {
    name: FASTIFY,
    does: "verifies",
    path: PATH,
    command: (port) => [...script("contestants/fastify.js"), String(port)],
  },
  {
    name: "@octokit/webhooks + SQLite",
    does: "verifies, stores, a commit each",
    path: PATH,
    load: {
      headers: { "x-github-event": "push", "x-github-delivery": "1" },
      signatureHeader: ["x-hub-signature-256", "sha256="],
    },
    command: (port, folder) => [...script("contestants/octokit.mjs"), String(port), join(folder, "octokit.db")],
    kept: (folder) => idsIn(join(folder, "octokit.db"), "SELECT id FROM events"),
  },
  {
    name: "webhook (adnanh, Go)",
    does: "verifies, answers, then runs a command",
    path: "/hooks/kustomer",
    command: (port, folder) => ["webhook", "-ip", "127.0.0.1", "-port", String(port), "-hooks", hooksFile(folder)],
    kept: (folder) => linesIn(join(folder, "webhook.ids")),
  },
  {
    name: OURS,
    does: "verifies, stores, group commit",
    path: PATH,
    // The destination is down: the others deliver nothing either.
    command: (port, folder) => receiver(port, folder, 1),
    kept: (folder) => idsIn(join(folder, "store", "events.db"), "SELECT id FROM seen"),
  },
  {
    name: OURS_IN_MEMORY,
    does: "the same on tmpfs: what is not the disk's doing",
    path: PATH,
    memory: true,
    command: (port, folder) => receiver(port, folder, 1),
    kept: (folder) => idsIn(join(folder, "store", "events.db"), "SELECT id FROM seen"),
  },
  {
    name: OURS_DELIVERING,
    does: "the same, and delivers meanwhile",
    path: PATH,
    command: (port, folder, sinkPort) => receiver(port, folder, sinkPort),
    kept: (folder) => idsIn(join(folder, "store", "events.db"), "SELECT id FROM seen"),
  },
];

/** Linux has a tmpfs there. */
export const MEMORY = "/dev/shm";

/** Whether it can take part on this machine. */
export function isInstalled(contestant: Contestant): boolean {
  if (contestant.memory && !existsSync(MEMORY)) return false;
  const [program = ""] = contestant.command(0, "/nonexistent", 0);
  return program === process.execPath || spawnSync(program, ["-version"]).status === 0;
}

/** An earlier build of this package, to be compared with: what it costs to be as it is now. */
export function before(checkout: string): readonly Contestant[] {
  const main = join(checkout, "dist/cli/main.js");
  const command = (port: number, folder: string, sinkPort: number): string[] => {
    const [node = "", , ...args] = receiver(port, folder, sinkPort);
    return [node, main, ...args];
  };
  return [
    { name: BEFORE, does: "an earlier build", path: PATH, command: (port, folder) => command(port, folder, 1) },
    { name: BEFORE_DELIVERING, does: "the same, and delivers meanwhile", path: PATH, command },
  ];
}

export function receiver(port: number, folder: string, sinkPort: number): string[] {
  const config = {
    listen: { port },
    observe: { port: 0 },
    store: { folder: join(folder, "store") },
    logLevel: "error",
    relays: [
      {
        name: "airkit",
        secrets: [{ env: "BENCH_SECRET" }],
        destination: { url: `http://127.0.0.1:${sinkPort}/`, allowLoopbackHttp: true, concurrency: 32 },
      },
    ],
  };
  const file = join(folder, "receiver.json");
  if (existsSync(folder)) writeFileSync(file, JSON.stringify(config));
  return [...script("../../cli/main.js"), "receive", "--config", file];
}

function hooksFile(folder: string): string {
  const file = join(folder, "hooks.json");
  if (!existsSync(folder)) return file;
  const command = join(folder, "record.sh");
  writeFileSync(command, `#!/bin/sh\necho "$1" >> ${join(folder, "webhook.ids")}\n`);
  chmodSync(command, 0o755);
  const parameter = { source: "header", name: "X-Kustomer-Webhook-Signature" };
  const hook = {
    id: "kustomer",
    "execute-command": command,
    "pass-arguments-to-command": [{ source: "payload", name: "id" }],
    "trigger-rule": { match: { type: "payload-hmac-sha256", secret: SECRET, parameter } },
    "trigger-rule-mismatch-http-response-code": 401,
  };
  writeFileSync(file, JSON.stringify([hook]));
  return file;
}

function idsIn(file: string, query: string): Set<string> {
  const database = openDatabase(file);
  try {
    return new Set(
      database
        .prepare(query)
        .all()
        .map((row) => String(row.id)),
    );
  } finally {
    database.close();
  }
}

/** Each a length of four bytes and a body; what was not written to its end was not acknowledged. */
function idsInRecords(file: string): Set<string> {
  const ids = new Set<string>();
  const bytes = readFileSync(file);
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    ids.add((JSON.parse(bytes.toString("utf8", at + 4, end)) as { id: string }).id);
    at = end;
  }
  return ids;
}

function linesIn(file: string): Set<string> {
  return new Set(existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []);
}
