import { fork } from "node:child_process";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { afterEach, expect, test } from "@jest/globals";
import { startCommand } from "../support/command";
import { SECRET } from "../support/config";
import { testDestination } from "../support/destination";
import { send, someEvent } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let holder: ReturnType<typeof fork> | undefined;
afterEach(() => {
  holder?.kill("SIGKILL");
});

/** Opens connections and says nothing on them, in a process with files of its own to spend. */
const HOLD = `
  const { connect } = require("node:net");
  const [port, count] = process.argv.slice(2).map(Number);
  let open = 0, closed = 0, started = 0;
  const report = () => process.send({ open, closed });
  const next = () => {
    if (started++ >= count) return;
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => { open += 1; if (open === count) report(); next(); });
    socket.on("error", () => {});
    socket.on("close", () => { closed += 1; if (closed === count) report(); });
    socket.resume();
  };
  for (let i = 0; i < 50; i += 1) next();
`;

test("ten thousand idle connections neither keep an event waiting nor stay for ever", async () => {
  // Both processes need a file for each; a machine that allows fewer is asked for as many as it allows.
  const report = process.report.getReport() as unknown as { userLimits: { open_files: { hard: number | string } } };
  const allowed = Number(report.userLimits.open_files.hard);
  const count = Math.min(10_000, Number.isNaN(allowed) ? 10_000 : allowed - 300);
  const destination = await testDestination();
  const flags = [
    "--store",
    join(folder, "store"),
    "--destination",
    destination.url,
    "--allow-loopback-http",
    "--port",
    "0",
  ];
  const receiver = await startCommand(flags, { env: { KUSTOMER_RELAY_SECRET: SECRET } });
  const script = join(folder, "hold.cjs");
  writeFileSync(script, HOLD);
  holder = fork(script, [new URL(receiver.url).port, String(count)]);
  const reported = (): Promise<{ open: number; closed: number }> =>
    new Promise((resolve) =>
      holder?.once("message", (message) => {
        resolve(message as { open: number; closed: number });
      }),
    );
  expect((await reported()).open).toBe(count);
  const closing = reported();
  const began = performance.now();
  expect((await send(receiver, someEvent())).status).toBe(200);
  expect(performance.now() - began).toBeLessThan(5_000);
  await destination.received(1);
  // Nothing was said on them within the time for headers, so the receiver closes them.
  expect((await closing).closed).toBe(count);
  expect((await send(receiver, someEvent())).status).toBe(200);
});
