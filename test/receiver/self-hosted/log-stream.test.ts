import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { LogStream } from "../../../receiver/self-hosted/log-stream";
import { startCommand } from "../support/command";
import { SECRET } from "../support/config";
import { testDestination, until } from "../support/destination";
import { get, send, someEvent } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

test("a pipe that nobody reads costs lines, which are counted, and no waiting; whole lines come again once it is read", () => {
  const pipe = join(mkdtempSync(join(folder, "pipe-")), "fifo");
  spawnSync("mkfifo", [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY);
  const stream = new LogStream(writer);
  const line = `${"x".repeat(9_999)}\n`;
  for (let i = 0; i < 100; i += 1) stream.write(line);
  expect(stream.dropped).toBeGreaterThan(80);
  const read = (): string => {
    const bytes = Buffer.alloc(1_000_000);
    return bytes.toString("utf8", 0, readSync(reader, bytes));
  };
  let text = read();
  const before = stream.dropped;
  stream.write("after\n");
  text += read();
  expect(stream.dropped).toBe(before);
  expect(text).toMatch(/^(x{9999}\n)+after\n$/);
  for (const descriptor of [reader, writer]) closeSync(descriptor);
});

test("a file gets every line", () => {
  const file = join(folder, "log");
  const descriptor = openSync(file, "w");
  const stream = new LogStream(descriptor);
  for (let i = 0; i < 1_000; i += 1) stream.write(`${i}\n`);
  closeSync(descriptor);
  expect(readFileSync(file, "utf8").split("\n")).toHaveLength(1_001);
  expect(stream.dropped).toBe(0);
});

test("a receiver whose standard error nobody reads goes on taking events, and says how many lines were dropped", async () => {
  const destination = await testDestination();
  const store = ["--store", join(folder, "store"), "--port", "0", "--log-level", "debug"];
  const flags = [...store, "--destination", destination.url, "--allow-loopback-http"];
  const receiver = await startCommand(flags, { env: { KUSTOMER_RELAY_SECRET: SECRET } });
  receiver.child.stderr?.pause();
  const { observe } = JSON.parse(receiver.firstLine) as { observe: string };
  const dropped = async (): Promise<number> =>
    Number(/log_lines_dropped_total (\d+)/.exec((await get(`${observe}/metrics`)).body)?.[1] ?? 0);
  let sent = 0;
  const sending = async (): Promise<void> => {
    while (sent < 6_000 && (sent % 100 > 0 || (await dropped()) === 0)) {
      sent += 1;
      expect((await send(receiver, someEvent(sent))).status).toBe(200);
    }
  };
  await Promise.all(Array.from({ length: 20 }, sending));
  await until(async () => (await dropped()) > 0, "the metric to tell", 10_000);
  // Not "close": that waits for what nobody reads.
  const ended = new Promise((resolve) => receiver.child.once("exit", resolve));
  receiver.child.kill("SIGTERM");
  expect(await ended).toBe(0);
});
