import { execFile, spawn, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import {
  chmodSync,
  chownSync,
  readdirSync,
  symlinkSync,
  mkdirSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  existsSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { newRun, type Run } from "../../../providers/lifecycle/run";
import { SecretKeeper } from "../../../receiver/self-hosted/secrets";
import { signingSecretFile, signingSecretFileFields } from "../../../providers/receiver/signing-secret-file";

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

describe("a signing secret file", () => {
  let warnings: string[];
  let run: Run;

  let directory: string;
  let file: string;
  const declared = (signingSecret: string) => ({ name: "airkit", path: file, signingSecret, mark: "m" });

  beforeEach(() => {
    warnings = [];
    run = newRun({ show: (warning) => warnings.push(warning) });
    directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
    file = path.join(directory, "below", "secrets");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  test("holds the secret, for its owner only", async () => {
    await signingSecretFile.create(run, declared("first-secret"));
    expect(readFileSync(file, "utf8")).toBe("first-secret\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("keeps the former secret below the new one, through a rotation and no longer than the next", async () => {
    const { id, outputs } = await signingSecretFile.create(run, declared("first-secret"));
    const rotated = await signingSecretFile.update(run, id, outputs, declared("second-secret"));
    expect(readFileSync(file, "utf8")).toBe("second-secret\nfirst-secret\n");
    await signingSecretFile.update(run, id, rotated, declared("third-secret"));
    expect(readFileSync(file, "utf8")).toBe("third-secret\nsecond-secret\n");
  });

  test("shows by hand what somebody wrote into it, and that somebody removed it", async () => {
    const { id, outputs } = await signingSecretFile.create(run, declared("first-secret"));
    expect(await signingSecretFile.read(run, id, outputs)).toEqual(outputs);
    writeFileSync(file, "by hand\n");
    expect(await signingSecretFile.read(run, id, outputs)).toMatchObject({ signingSecret: "by hand" });
    rmSync(file);
    expect(await signingSecretFile.read(run, id, outputs)).toBeUndefined();
  });

  test("survives its own replacement, and moves with its path", async () => {
    const { id, outputs } = await signingSecretFile.create(run, declared("first-secret"));
    await signingSecretFile.delete(run, id, outputs);
    expect(existsSync(file)).toBe(true);
    const moved = { ...declared("first-secret"), path: path.join(directory, "elsewhere") };
    await signingSecretFile.update(run, id, outputs, moved);
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(moved.path, "utf8")).toBe("first-secret\n");
  });

  test("that cannot be written says which file, why and what to do, and not the secret", async () => {
    writeFileSync(path.join(directory, "below"), "a file where a folder is needed");
    const failure = await signingSecretFile
      .create(run, declared("first-secret"))
      .catch((error: unknown) => String(error));
    expect(failure).toContain(`write signing secret file "airkit" (${file})`);
    expect(failure).toContain("choose another path");
    expect(failure).not.toContain("first-secret");
  });

  describe("and who may read it", () => {
    const mode = (): string => (statSync(file).mode & 0o7777).toString(8);

    test("can be declared, and a change by hand shows", async () => {
      const shared = { ...declared("first-secret"), mode: "0640", group: String(process.getgid?.() ?? 0) };
      const { id, outputs } = await signingSecretFile.create(run, shared);
      expect(mode()).toBe("640");
      expect((statSync(path.dirname(file)).mode & 0o777).toString(8)).toBe("750");
      expect(await signingSecretFile.read(run, id, outputs)).toEqual(outputs);
      chmodSync(file, 0o600);
      expect(await signingSecretFile.read(run, id, outputs)).toMatchObject({ mode: "0600" });
      await signingSecretFile.update(run, id, outputs, shared);
      expect(mode()).toBe("640");
    });

    test("stays as an admin has set it, through a rotation, also behind a link", async () => {
      const { id, outputs } = await signingSecretFile.create(run, declared("first-secret"));
      const real = path.join(directory, "real");
      writeFileSync(real, readFileSync(file), { mode: 0o640 });
      chmodSync(real, 0o640);
      if (isRoot) chownSync(real, NOBODY, NOBODY);
      rmSync(file);
      symlinkSync(real, file);
      await signingSecretFile.update(run, id, outputs, declared("second-secret"));
      expect(lstatSync(file).isSymbolicLink()).toBe(true);
      expect(readFileSync(real, "utf8")).toBe("second-secret\nfirst-secret\n");
      expect(mode()).toBe("640");
      if (isRoot) expect(statSync(real)).toMatchObject({ uid: NOBODY, gid: NOBODY });
    });

    test("may be a user by name; one that is not there is named", async () => {
      const user = isRoot ? "nobody" : String(process.getuid?.());
      await signingSecretFile.create(run, { ...declared("first-secret"), owner: user });
      if (isRoot) expect(statSync(file).uid).toBe(NOBODY);
      await expect(
        signingSecretFile.create(run, { ...declared("first-secret"), owner: "nobody-of-this-name" }),
      ).rejects.toThrow(/there is no user nobody-of-this-name in \/etc\/passwd; give its number/);
    });

    test("is never everybody", () => {
      for (const bad of ["0644", "644", "0666", "0602", "0060", "rw-r-----", "640 "]) {
        expect(signingSecretFileFields.inputs.mode.schema.safeParse(bad).success).toBe(false);
      }
      for (const good of ["0640", "600", "0440", "0400", undefined]) {
        expect(signingSecretFileFields.inputs.mode.schema.safeParse(good).success).toBe(true);
      }
    });
  });

  describe("that others have mounted", () => {
    test("is written in place where that is declared, longer or shorter, and keeps all that is set on it", async () => {
      const inPlace = (secret: string) => ({ ...declared(secret), inPlace: true });
      const { id, outputs } = await signingSecretFile.create(run, inPlace("the-first-secret-which-is-long"));
      const { ino } = statSync(file);
      const second = await signingSecretFile.update(run, id, outputs, inPlace("second-secret"));
      expect(readFileSync(file, "utf8")).toBe("second-secret\nthe-first-secret-which-is-long\n");
      await signingSecretFile.update(run, id, second, inPlace("third-secret"));
      expect(readFileSync(file, "utf8")).toBe("third-secret\nsecond-secret\n");
      expect(statSync(file).ino).toBe(ino);
    });

    test("and that is written in place is never read by halves by the receiver", async () => {
      mkdirSync(path.dirname(file));
      const texts = [["a".repeat(30), "b".repeat(30)], ["c".repeat(12)]];
      writeFileSync(file, texts[0]?.join("\n") ?? "");
      const script = JSON.stringify(path.join(__dirname, "../../../dist/providers/lifecycle/secrets-on-disk.js"));
      const writes = `const { writeSecrets } = require(${script}); const texts = ${JSON.stringify(texts)}; let i = 0;
        (async () => { for (;;) { await writeSecrets({ path: process.argv[1], inPlace: true }, texts[(i += 1) % 2]); await new Promise((r) => setTimeout(r, (i * 7) % 60)); } })();`;
      const writer = spawn(process.execPath, ["-e", writes, file], { stdio: "ignore" });
      const keeper = new SecretKeeper([{ file }]);
      const seen = new Set<string>();
      const end = performance.now() + 2_000;
      while (performance.now() < end) {
        await keeper.reload();
        seen.add(
          keeper
            .current()
            .map(({ key }) => key.export().toString())
            .join(),
        );
      }
      writer.kill();
      expect([...seen].filter((one) => one !== "" && !texts.map((lines) => lines.join()).includes(one))).toEqual([]);
    });

    test("and that is a mount of its own is written in place without being told to", () => {
      const outside = path.join(directory, "outside");
      const inside = path.join(directory, "inside");
      for (const name of [outside, inside]) writeFileSync(name, "first-secret\n");
      const script = JSON.stringify(path.join(__dirname, "../../../dist/providers/lifecycle/secrets-on-disk.js"));
      const writes = `require(${script}).writeSecrets({ path: "${inside}" }, ["second-secret", "first-secret"]).catch((error) => { console.error(error); process.exit(3); })`;
      const mount = `mount --bind '${outside}' '${inside}' || exit 9; '${process.execPath}' -e '${writes}'`;
      const { status, stderr } = spawnSync("unshare", ["-m", "sh", "-c", mount], { encoding: "utf8" });
      if (status === 9 || status === 1 || status === null) {
        console.warn(`Mounts could not be tried here (it takes root and unshare): ${stderr}`);
        return;
      }
      expect(status).toBe(0);
      expect(readFileSync(outside, "utf8")).toBe("second-secret\nfirst-secret\n");
      expect(readdirSync(directory).sort()).toEqual(["inside", "outside"]);
    });

    test("in a folder that is closed to who runs Pulumi is written in place, if the file is open to them", async () => {
      if (!isRoot) return;
      const folder = path.join(directory, "closed");
      mkdirSync(folder, { mode: 0o755 });
      chmodSync(directory, 0o755);
      const target = path.join(folder, "secrets");
      writeFileSync(target, "first-secret\n");
      chownSync(target, NOBODY, NOBODY);
      const script = JSON.stringify(path.join(__dirname, "../../../dist/providers/lifecycle/secrets-on-disk.js"));
      const writes = `require(${script}).writeSecrets({ path: "${target}" }, ["second-secret"])`;
      await promisify(execFile)(process.execPath, ["-e", writes], { uid: NOBODY, gid: NOBODY });
      expect(readFileSync(target, "utf8")).toBe("second-secret\n");
    });
  });

  describe("and another machine", () => {
    const elsewhere = { host: "build-7" };

    test("shows no drift there, and says why", async () => {
      const { id, outputs } = await signingSecretFile.create(run, declared("first-secret"));
      const known = { ...outputs, ...elsewhere };
      rmSync(file);
      expect(await signingSecretFile.read(run, id, known)).toEqual(known);
      writeFileSync(file, "something else entirely\n");
      expect(await signingSecretFile.read(run, id, known)).toEqual(known);
      expect(warnings).toEqual([
        expect.stringMatching(/was written on build-7, so it is not looked at on this machine/),
      ]);
    });

    test("that was rotated on is drift here, where the file still has the secret before, and the next up writes it", async () => {
      const { id, outputs } = await signingSecretFile.create(run, declared("first-secret"));
      const there = { ...outputs, signingSecret: "second-secret", previousSigningSecret: "first-secret", ...elsewhere };
      const known = await signingSecretFile.read(run, id, there);
      expect(known).toMatchObject({ signingSecret: "first-secret", host: hostname() });
      if (known === undefined) return;
      await signingSecretFile.update(run, id, known, declared("second-secret"));
      expect(readFileSync(file, "utf8")).toBe("second-secret\nfirst-secret\n");
      expect(warnings).toEqual([]);
    });

    test("that rotates is told that the receiver's own file is as it was", async () => {
      const { id, outputs } = await signingSecretFile.create(run, declared("first-secret"));
      const known = { ...outputs, ...elsewhere };
      const updated = await signingSecretFile.update(run, id, known, declared("second-secret"));
      expect(updated.host).toBe(hostname());
      expect(warnings.join()).toMatch(/the one on build-7 is as it was: bring the new secret there/);
    });

    test("that destroys leaves the file there, and here what is not its own", async () => {
      const { id, outputs } = await signingSecretFile.create(
        newRun({ show: () => undefined }),
        declared("first-secret"),
      );
      await signingSecretFile.delete(run, id, { ...outputs, ...elsewhere });
      expect(existsSync(file)).toBe(true);
      expect(warnings.join()).toMatch(/was written on build-7 and is left there: remove it on that machine/);
      await signingSecretFile.delete(run, id, outputs);
      expect(existsSync(file)).toBe(false);
    });
  });

  test("that is there already keeps the secret in it, and says so", async () => {
    mkdirSync(path.dirname(file));
    writeFileSync(file, "secret-of-another-stack\nolder\n");
    await signingSecretFile.create(run, declared("first-secret"));
    expect(readFileSync(file, "utf8")).toBe("first-secret\nsecret-of-another-stack\n");
    expect(warnings.join()).toMatch(/is there already: the secret in it is kept below the new one/);
    expect(warnings.join()).not.toContain("secret-of-another-stack");
  });
});
