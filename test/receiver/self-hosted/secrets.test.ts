import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mountPoints } from "../../../receiver/self-hosted/mount-points";
import { looksCut } from "../../../receiver/self-hosted/secret-sources";
import { SecretKeeper } from "../../../receiver/self-hosted/secrets";
import { until } from "../support/destination";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const keepers: SecretKeeper[] = [];
afterEach(() => {
  for (const keeper of keepers.splice(0)) keeper.close();
});

const CURRENT = "4f6c0a91b7e2d3586f1e";
const NEWER = "c81d2f3a9b04e5c7a6d8";

/** The secrets of one file, in a folder of its own, and what was said about it. */
function keeping(text: string) {
  const file = join(mkdtempSync(join(folder, "f-")), "secrets");
  if (text !== "") writeFileSync(file, text);
  const problems: string[] = [];
  const keeper = new SecretKeeper([{ file }], { sourceFailed: (_, problem) => problems.push(problem) });
  keepers.push(keeper);
  return { file, keeper, problems, active: () => keeper.current().map(({ key }) => key.export().toString()) };
}

test("a secret that is written between the first reading and the first look is found all the same", async () => {
  const { file, keeper, active } = keeping(`${CURRENT}\n`);
  await keeper.reload();
  expect(active()).toEqual([CURRENT]);
  writeFileSync(file, `${NEWER}\n${CURRENT}\n`);
  keeper.watch();
  await until(() => active().length === 2, "the newer secret");
  expect(active()).toEqual([NEWER, CURRENT]);
});

describe("what was read before stays in use, and it is said why, when the file", () => {
  const long = "x".repeat(40);
  test.each([
    ["was cut in the middle of its only line", CURRENT.slice(0, 12), /beginning of a secret/],
    ["was cut in the middle of its second line", `${CURRENT}\n${NEWER.slice(0, 15)}`, /beginning of a secret/],
    ["was cut to a few characters", CURRENT.slice(0, 3), /fewer than 8 characters/],
    ["is empty", "", /empty/],
    ["holds blank lines alone", "\n \n\n", /empty/],
    ["has a line too short to be a secret", `${long}\nabc\n`, /fewer than 8 characters/],
    [
      "holds ten thousand secrets",
      Array.from({ length: 10_000 }, (_, i) => `a${10_000_000 + i}`).join("\n"),
      /too much/,
    ],
    ["holds nine secrets", Array.from({ length: 9 }, (_, i) => `secret-number-${i}`).join("\n"), /9 secrets, and 8/],
    ["is of some gigabytes' kind", "y".repeat(70_000), /70000 bytes/],
  ])("%s", async (_, text, problem) => {
    const { file, keeper, active, problems } = keeping(`${CURRENT}\n${NEWER}\n`);
    await keeper.reload();
    expect(active()).toEqual([CURRENT, NEWER]);
    writeFileSync(file, text);
    await keeper.reload();
    expect(active()).toEqual([CURRENT, NEWER]);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems.join()).not.toContain(CURRENT.slice(0, 12));
  });

  test("became a pipe, on which a reader would wait for ever, or a folder", async () => {
    for (const [make, problem] of [
      [(file: string) => execFileSync("mkfifo", [file]), /pipe/],
      [
        (file: string) => {
          mkdirSync(file);
        },
        /folder/,
      ],
    ] as const) {
      const { file, keeper, active, problems } = keeping(`${CURRENT}\n`);
      await keeper.reload();
      rmSync(file);
      make(file);
      await keeper.reload();
      expect(active()).toEqual([CURRENT]);
      expect(problems).toEqual([expect.stringMatching(problem)]);
    }
  });
});

test("the former secret may be taken away, and a wholly new one put in its place", async () => {
  const { file, keeper, active, problems } = keeping(`${NEWER}\n${CURRENT}\n`);
  await keeper.reload();
  for (const text of [`${NEWER}\n`, NEWER, "an-entirely-new-secret"]) {
    writeFileSync(file, text);
    await keeper.reload();
    expect(active()).toEqual([text.trim()]);
  }
  expect(problems).toEqual([]);
});

test("however a file is cut, no part of a secret becomes one", () => {
  const secret = fc.stringMatching(/^[a-z0-9]{8,40}$/);
  fc.assert(
    fc.property(fc.uniqueArray(secret, { minLength: 1, maxLength: 4 }), fc.nat(), (secrets, at) => {
      const text = secrets.join("\n");
      const cut = text
        .slice(0, at % text.length)
        .split("\n")
        .filter((line) => line !== "");
      if (cut.some((line) => !secrets.includes(line))) expect(looksCut(cut, secrets)).toBe(true);
      expect(looksCut(secrets, secrets)).toBe(secrets.some((a) => secrets.some((b) => a !== b && a.startsWith(b))));
    }),
  );
});

test("a file that is being written, slowly and in place, is read when it has come to rest", async () => {
  const { file, keeper, active } = keeping(`${CURRENT}\n`);
  await keeper.reload();
  keeper.watch();
  const text = `${NEWER}\n${CURRENT}\n`;
  const seen = new Set<string>();
  for (let length = 1; length <= text.length; length += 1) {
    writeFileSync(file, text.slice(0, length));
    await new Promise((resolve) => setTimeout(resolve, 30));
    seen.add(active().join());
  }
  await until(() => active().length === 2, "both secrets");
  expect([...seen].filter((one) => one !== CURRENT && one !== `${NEWER},${CURRENT}`)).toEqual([]);
});

test("a folder that is exchanged by a symbolic link, as Kubernetes does, is noticed", async () => {
  const home = mkdtempSync(join(folder, "k8s-"));
  const put = (version: string, text: string): void => {
    mkdirSync(join(home, version));
    writeFileSync(join(home, version, "secrets"), text);
    symlinkSync(version, join(home, "..data-new"));
    renameSync(join(home, "..data-new"), join(home, "..data"));
  };
  put("..1", `${CURRENT}\n`);
  symlinkSync("..data/secrets", join(home, "secrets"));
  const keeper = new SecretKeeper([{ file: join(home, "secrets") }]);
  keepers.push(keeper);
  await keeper.reload();
  keeper.watch();
  put("..2", `${NEWER}\n${CURRENT}\n`);
  await until(() => keeper.current().length === 2, "the newer secret");
});

describe("a mount", () => {
  test("is told from a folder's file by the system's list, whatever characters are in its name", () => {
    const list = [
      "36 35 98:0 /mnt1 /etc/kustomer-relay rw,noatime master:1 - ext3 /dev/root rw",
      "37 35 98:0 /s /etc/with\\040blank/sec\\134ret rw - ext4 /dev/root rw",
      "",
    ].join("\n");
    const points = mountPoints(list);
    expect(points.has("/etc/kustomer-relay")).toBe(true);
    expect(points.has("/etc/with blank/sec\\ret")).toBe(true);
    expect(points.has("/etc/kustomer-relay/secrets")).toBe(false);
  });

  test("of the file alone is said at the start, for a new file in its place would never be seen", () => {
    const home = mkdtempSync(join(folder, "mount-"));
    for (const name of ["alone", "mounted", "beside"]) writeFileSync(join(home, name), `${CURRENT}\n`);
    const script = join(__dirname, "../../../dist/receiver/self-hosted/mount-points.js");
    const asks = `const { isMountPoint } = require(${JSON.stringify(script)}); console.log(["alone", "beside", "none"].map((name) => isMountPoint(${JSON.stringify(home)} + "/" + name)).join())`;
    const mount = `mount --bind "${home}/mounted" "${home}/alone" && exec "${process.execPath}" -e '${asks}'`;
    const ran = spawnSync("unshare", ["-m", "sh", "-c", mount], { encoding: "utf8" });
    if (ran.status !== 0) {
      console.warn(`Mounts could not be tried here (it takes root and unshare): ${ran.stderr || String(ran.error)}`);
      return;
    }
    expect(ran.stdout).toBe("true,false,false\n");
  });
});
