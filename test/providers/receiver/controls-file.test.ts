import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { newRun, type Run } from "../../../providers/lifecycle/run";
import { settingsFrom } from "../../../providers/lifecycle/settings";
import { check } from "../../../providers/lifecycle/operations";
import { receiverControlsFile } from "../../../providers/receiver/controls-file";
import { ControlsFile } from "../../../receiver/self-hosted/controls-file";

describe("a receiver's controls file", () => {
  let warnings: string[];
  let run: Run;
  let directory: string;
  let file: string;
  const filter = [{ name: "wanted", events: ["kustomer.note.*"] }];
  const declared = (more = {}) => ({ name: "airkit", path: file, mark: "m", ...more });
  const text = (): string => readFileSync(file, "utf8");

  beforeEach(() => {
    warnings = [];
    run = newRun({ show: (warning) => warnings.push(warning) });
    directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
    file = path.join(directory, "below", "controls.json");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  test("is what the receiver takes: what is written, changed and taken back is what it goes by", async () => {
    const { id, outputs } = await receiverControlsFile.create(run, declared({ paused: true, filter }));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const receiver = new ControlsFile(file);
    await receiver.reload();
    expect(receiver.controls).toEqual({ paused: true, maxPerSecond: undefined });
    expect(receiver.filter({ name: "kustomer.message.create" })).toBe("wanted");
    const changed = await receiverControlsFile.update(run, id, outputs, declared({ maxPerSecond: 0.5, mode: "0640" }));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    await receiver.reload();
    expect(receiver.controls).toEqual({ paused: false, maxPerSecond: 0.5 });
    expect(receiver.filter({ name: "kustomer.message.create" })).toBeUndefined();
    await receiverControlsFile.update(run, id, changed, declared());
    await receiver.reload();
    expect(receiver.controls).toEqual({ paused: false, maxPerSecond: undefined });
    expect(text()).toBe("{}\n");
  });

  test("shows by hand what somebody wrote into it; where that is nothing that a receiver takes, it is as if it were gone", async () => {
    const { id, outputs } = await receiverControlsFile.create(run, declared({ paused: true }));
    expect(await receiverControlsFile.read(run, id, outputs)).toEqual(outputs);
    writeFileSync(file, JSON.stringify({ maxPerSecond: 3 }));
    const found = await receiverControlsFile.read(run, id, outputs);
    expect(found).toMatchObject({ maxPerSecond: 3 });
    expect(found).not.toHaveProperty("paused");
    for (const wrong of ["", "{", "[]", '{"pause":true}', '{"maxPerSecond":-1}']) {
      writeFileSync(file, wrong);
      expect(await receiverControlsFile.read(run, id, outputs)).toBeUndefined();
    }
    rmSync(file);
    expect(await receiverControlsFile.read(run, id, outputs)).toBeUndefined();
  });

  test("moves with its path, survives its own replacement, and goes with its resource", async () => {
    const { id, outputs } = await receiverControlsFile.create(run, declared({ paused: true }));
    await receiverControlsFile.delete(run, id, outputs);
    expect(existsSync(file)).toBe(true);
    const moved = declared({ paused: true, path: path.join(directory, "elsewhere") });
    const after = await receiverControlsFile.update(run, id, outputs, moved);
    expect([existsSync(file), existsSync(moved.path)]).toEqual([false, true]);
    await receiverControlsFile.delete(newRun({ show: () => undefined }), id, after);
    expect(existsSync(moved.path)).toBe(false);
  });

  test("that was written on another machine is neither looked at nor removed here, and every command says so", async () => {
    const { id, outputs } = await receiverControlsFile.create(run, declared());
    const elsewhere = { ...outputs, host: "another-machine" };
    rmSync(file);
    expect(await receiverControlsFile.read(run, id, elsewhere)).toBe(elsewhere);
    writeFileSync(file, "of somebody else");
    await receiverControlsFile.delete(newRun({ show: (warning) => warnings.push(warning) }), id, elsewhere);
    expect(text()).toBe("of somebody else");
    await receiverControlsFile.update(run, id, elsewhere, declared({ paused: true }));
    expect(warnings.join("\n")).toMatch(/written on another-machine[^]*left there[^]*bring this one there/);
  });

  test("that cannot be written says which file, why, and what to do", async () => {
    writeFileSync(path.join(directory, "below"), "a file in the folder's place");
    await expect(receiverControlsFile.create(run, declared())).rejects.toThrow(
      /controls file "airkit".*choose another path/s,
    );
  });

  test.each([
    [{ path: "relative" }, "path", "must be an absolute path"],
    [{ maxPerSecond: 1.5 }, "maxPerSecond", "must be a whole number"],
    [{ filter: [{ path: "a" }] }, "filter", "equals"],
    [{ mode: "0666" }, "mode", "closed to everybody else"],
  ])("is refused with %j at the preview, by its place", async (wrong, property, said) => {
    const given = { ...declared(), ...wrong };
    const { failures } = await check(
      receiverControlsFile,
      { settings: settingsFrom(() => undefined, {}), run },
      { given },
    );
    const [{ property: at, reason } = { property: "", reason: "" }] = failures;
    expect(at).toMatch(new RegExp(`^${property}`));
    expect(reason).toContain(said);
  });
});
