import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { chmod, mkdir, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { configFor } from "../support/config";
import { testDestination, until } from "../support/destination";
import { get, post, send, someEvent, testReceiver, type TestReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const onlyOthers = [{ name: "only-others", events: ["kustomer.note.*"] }];

/** As whoever writes it does: another file in its place. */
async function declare(file: string, controls: unknown): Promise<void> {
  const text = typeof controls === "string" ? controls : JSON.stringify(controls);
  await writeFile(`${file}.new`, text, { mode: 0o640 });
  await rename(`${file}.new`, file);
}

async function relaying(declared: unknown) {
  const airkit = await testDestination();
  const own = mkdtempSync(join(folder, "relay-"));
  const controlsFile = join(own, "controls.json");
  if (declared !== undefined) await declare(controlsFile, declared);
  const config = configFor(airkit.url, { store: { folder: join(own, "store") } }, {}, { controlsFile });
  return { airkit, controlsFile, config, receiver: await testReceiver(config) };
}

const controlsOf = async ({ admin }: TestReceiver) => (await admin.status()).controls[0];
const outcome = async (receiver: TestReceiver): Promise<string> => (await send(receiver, someEvent())).body;
const ready = ({ observeUrl }: TestReceiver) => get(`${observeUrl}/readyz`);

describe("a controls file", () => {
  test("says from the start what is declared, and is followed while the receiver runs", async () => {
    const { airkit, controlsFile, receiver } = await relaying({ paused: true, maxPerSecond: 5 });
    expect(await controlsOf(receiver)).toMatchObject({ paused: true, maxPerSecond: 5, overrides: {} });
    await send(receiver, someEvent());
    expect(airkit.arrivals).toEqual([]);
    await declare(controlsFile, { filter: onlyOthers });
    await airkit.received(1);
    await until(async () => (await outcome(receiver)).includes("filtered"), "the filter");
    expect(await controlsOf(receiver)).toMatchObject({ paused: false, declared: { paused: false } });
    await declare(controlsFile, {});
    await until(async () => (await outcome(receiver)).includes("stored"), "the end of the filter");
  });

  test("leaves an override standing when it changes, and a resume goes by what it says then", async () => {
    const { controlsFile, receiver } = await relaying({});
    await receiver.admin.override("airkit", { do: "pause", by: "ana@ops", reason: "a move" });
    await declare(controlsFile, { paused: true });
    await until(async () => (await controlsOf(receiver))?.declared?.paused === true, "the declaration");
    expect(await controlsOf(receiver)).toMatchObject({ paused: true, overrides: { paused: { by: "ana@ops" } } });
    // For a program that is about to change the declaration.
    expect(JSON.parse((await ready(receiver)).body)).toMatchObject({
      relays: [{ relay: "airkit", controlsFile, overrides: [expect.stringMatching(/^paused by ana@ops since/)] }],
    });
    await receiver.admin.override("airkit", { do: "resume", by: "ana@ops" });
    expect(await controlsOf(receiver)).toMatchObject({ paused: false, declared: { paused: true } });
  });

  const spoilings: [name: string, spoil: (file: string) => unknown, said: RegExp][] = [
    ["half-written", (file) => truncate(file, 20), /it is not JSON/],
    ["emptied", (file) => truncate(file, 0), /it is empty/],
    ["deleted", (file) => rm(file), /ENOENT/],
    ["a-folder", (file) => rm(file).then(() => mkdir(file)), /it is a folder/],
    ["a-pipe", (file) => rm(file).then(() => execFileSync("mkfifo", [file])), /it is a pipe/],
    ["huge", (file) => declare(file, " ".repeat(300_000)), /300000 bytes, which is too much/],
    ["open-to-all", (file) => chmod(file, 0o666), /everybody on this machine may write it/],
    ["unknown", (file) => declare(file, { pause: false }), /pause/],
    ["no-filter", (file) => declare(file, { filter: [{ path: "a" }] }), /filter\.0/],
    ["a-list", (file) => declare(file, [true]), /expected object/],
  ];

  test("that cannot be read, or is none, leaves what it said last, is reported, and is read again once it is mended", async () => {
    const own = mkdtempSync(join(folder, "relays-"));
    const fileOf = (name: string): string => join(own, `${name}.json`);
    for (const [name] of spoilings) await declare(fileOf(name), { paused: true, filter: [] });
    const relays = spoilings.map(([name]) => ({
      name,
      path: `/${name}`,
      secrets: [{ env: "TEST_SIGNING_SECRET" }],
      destination: { url: "https://localhost/" },
      controlsFile: fileOf(name),
    }));
    const config = configFor("https://localhost/", { store: { folder: join(own, "store") }, relays });
    const receiver = await testReceiver(config);
    const notes = async (): Promise<Record<string, string>> => {
      const { relays } = JSON.parse((await ready(receiver)).body) as { relays: { relay: string; note?: string }[] };
      return Object.fromEntries(relays.map(({ relay, note }) => [relay, note ?? ""]));
    };
    for (const [name, spoil] of spoilings) await spoil(fileOf(name));
    const reported = async (expected: boolean): Promise<boolean> =>
      Object.values(await notes()).every((note) => note.includes("cannot be read") === expected);
    await until(() => reported(true), "the reports");
    const found = await notes();
    for (const [name, , said] of spoilings) expect(found[name]).toMatch(said);
    expect((await ready(receiver)).status).toBe(200);
    expect((await receiver.admin.status()).controls.every(({ paused }) => paused)).toBe(true);
    for (const [name] of spoilings) {
      const { body, headers } = someEvent();
      expect((await post(`${receiver.url}/${name}`, body, { ...headers })).body).toContain("stored");
      await rm(fileOf(name), { recursive: true, force: true });
      await declare(fileOf(name), {});
    }
    await until(() => reported(false), "all to be read");
    expect((await receiver.admin.status()).controls.some(({ paused }) => paused)).toBe(false);
  });

  test("that is not there at the start has events come again, as a secret does, until it is", async () => {
    const { airkit, controlsFile, receiver } = await relaying(undefined);
    expect(await send(receiver, someEvent())).toMatchObject({ status: 503 });
    expect(await ready(receiver)).toMatchObject({ status: 503, body: expect.stringContaining("has no controls yet") });
    await declare(controlsFile, { filter: onlyOthers });
    await until(async () => (await outcome(receiver)).includes("filtered"), "the file to be read");
    expect((await ready(receiver)).status).toBe(200);
    expect(airkit.arrivals).toEqual([]);
  });

  test("that cannot be read after a restart does not end a pause that it declared", async () => {
    const { airkit, controlsFile, config, receiver } = await relaying({ paused: true });
    await send(receiver, someEvent());
    await receiver.stop();
    await rm(controlsFile);
    const again = await testReceiver(config);
    expect(await controlsOf(again)).toMatchObject({ paused: true });
    expect(airkit.arrivals).toEqual([]);
    await declare(controlsFile, {});
    await airkit.received(1);
  });

  test("is read at once on a reload", async () => {
    const { controlsFile, receiver } = await relaying({});
    await declare(controlsFile, { maxPerSecond: 7 });
    await receiver.reload();
    expect(await controlsOf(receiver)).toMatchObject({ maxPerSecond: 7 });
  });
});
