import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { signingSecretFile } from "../../../providers/receiver/signing-secret-file";

describe("a signing secret file", () => {
  let directory: string;
  let file: string;
  const declared = (signingSecret: string) => ({ name: "airkit", path: file, signingSecret, mark: "m" });

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
    file = path.join(directory, "below", "secrets");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  test("holds the secret, for its owner only", async () => {
    await signingSecretFile.create(undefined, declared("first-secret"));
    expect(readFileSync(file, "utf8")).toBe("first-secret\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("keeps the former secret below the new one, through a rotation and no longer than the next", async () => {
    const { id, outputs } = await signingSecretFile.create(undefined, declared("first-secret"));
    const rotated = await signingSecretFile.update(undefined, id, outputs, declared("second-secret"));
    expect(readFileSync(file, "utf8")).toBe("second-secret\nfirst-secret\n");
    await signingSecretFile.update(undefined, id, rotated, declared("third-secret"));
    expect(readFileSync(file, "utf8")).toBe("third-secret\nsecond-secret\n");
  });

  test("shows by hand what somebody wrote into it, and that somebody removed it", async () => {
    const { id, outputs } = await signingSecretFile.create(undefined, declared("first-secret"));
    expect(await signingSecretFile.read(undefined, id, outputs)).toEqual(outputs);
    writeFileSync(file, "by hand\n");
    expect(await signingSecretFile.read(undefined, id, outputs)).toMatchObject({ signingSecret: "by hand" });
    rmSync(file);
    expect(await signingSecretFile.read(undefined, id, outputs)).toBeUndefined();
  });

  test("survives its own replacement, and moves with its path", async () => {
    const { id, outputs } = await signingSecretFile.create(undefined, declared("first-secret"));
    await signingSecretFile.delete(undefined, id, outputs);
    expect(existsSync(file)).toBe(true);
    const moved = { ...declared("first-secret"), path: path.join(directory, "elsewhere") };
    await signingSecretFile.update(undefined, id, outputs, moved);
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(moved.path, "utf8")).toBe("first-secret\n");
  });

  test("that cannot be written says which file, why and what to do, and not the secret", async () => {
    writeFileSync(path.join(directory, "below"), "a file where a folder is needed");
    const failure = await signingSecretFile
      .create(undefined, declared("first-secret"))
      .catch((error: unknown) => String(error));
    expect(failure).toContain(`write signing secret file "airkit" (${file})`);
    expect(failure).toContain("choose another path");
    expect(failure).not.toContain("first-secret");
  });
});
