import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { newRun } from "../../providers/lifecycle/run";
import { signingSecretFile } from "../../providers/receiver/signing-secret-file";
import { parseConfig } from "../../receiver/self-hosted/config";

const examples = path.join(__dirname, "../../examples");
const home = mkdtempSync(path.join(tmpdir(), "machines-"));
afterAll(() => {
  rmSync(home, { recursive: true });
});
const textOf = (...names: string[]): string => readFileSync(path.join(examples, ...names), "utf8");
const say = (what: string, why: unknown): void => {
  console.warn(`${what} could not be tried here: ${String(why)}`);
};

const config = parseConfig(parse(textOf("self-hosted", "receiver.yaml")), "the example");
const secretFile = config.relays.flatMap(({ secrets }) => secrets.flatMap((one) => ("file" in one ? [one.file] : [])));
const secretFolder = path.dirname(secretFile[0] ?? "");

describe("the example for a machine of one's own", () => {
  test("keeps its metrics to the machine, and its store in a folder that it makes itself", () => {
    expect(config.observe?.host).toBe("127.0.0.1");
    expect(config.store.folder).toBe("/var/lib/kustomer-relay/store");
    expect(secretFile).toHaveLength(1);
  });

  test("as a systemd unit is one that systemd finds nothing wrong with", () => {
    const unit = textOf("self-hosted", "kustomer-relay.service");
    const grace = Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1]);
    expect(grace).toBeGreaterThan(config.stopGraceSeconds);
    // What it starts is not installed here; everything else is looked at.
    const file = path.join(home, "kustomer-relay.service");
    writeFileSync(file, unit.replace("/usr/bin/node", process.execPath));
    const { error, status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], {
      encoding: "utf8",
    });
    if (error) say("systemd-analyze", error);
    else
      expect([
        status,
        (stdout + stderr).split("\n").filter((line) => line.includes(file) || line.includes("kustomer-relay.service")),
      ]).toEqual([0, []]);
  });

  test("as a systemd unit reads the secrets as another user, by the group that SigningSecretFile gives the file", async () => {
    const unit = textOf("self-hosted", "kustomer-relay.service");
    expect(unit).toMatch(/^DynamicUser=yes$/m);
    expect(unit).toMatch(/^SupplementaryGroups=kustomer-relay$/m);
    if (process.getuid?.() !== 0) {
      say("Another user", "it takes root");
      return;
    }
    const group = 64_321;
    chmodSync(home, 0o755);
    const file = path.join(home, "secrets", "signing-secrets");
    const declared = {
      name: "airkit",
      path: file,
      signingSecret: "the-signing-secret",
      mode: "0640",
      group: String(group),
      mark: "m",
    };
    await signingSecretFile.create(newRun({ show: () => undefined }), declared);
    const readsAs = (uid: number, gid: number) => spawnSync("cat", [file], { uid, gid, encoding: "utf8" }).stdout;
    expect(readsAs(65_534, group)).toBe("the-signing-secret\n");
    expect(readsAs(65_534, 65_534)).toBe("");
  });

  test("as a container mounts the secrets' folder, runs as nobody special, and is told to stop itself", () => {
    const lines = textOf("self-hosted", "Dockerfile");
    const instructions = lines
      .replace(/\\\n/g, "")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split(" ", 1)[0]);
    expect(instructions).toEqual([
      "FROM",
      "WORKDIR",
      "RUN",
      "COPY",
      "USER",
      "VOLUME",
      "EXPOSE",
      "HEALTHCHECK",
      "ENTRYPOINT",
    ]);
    for (const name of ["ENTRYPOINT", "HEALTHCHECK.* CMD"]) {
      const list = new RegExp(`^${name} (\\[.*\\])$`, "m").exec(lines)?.[1] ?? "";
      expect((JSON.parse(list) as string[])[0]).toBe("node");
    }
    expect(lines).toContain(`:${secretFolder}:ro`);
    expect(lines).not.toMatch(/:latest|^USER root/m);
    expect(lines).toContain(`127.0.0.1:${config.listen.port}/healthz`);
  });
});

interface Manifest {
  readonly kind: string;
  readonly data?: Record<string, string>;
  readonly spec: Record<string, unknown>;
}

describe("the example for Kubernetes", () => {
  const manifests = parseAllDocuments(textOf("kubernetes", "receiver.yaml")).map(
    (document) => document.toJS() as Manifest,
  );
  const of = (kind: string): Manifest => manifests.find((one) => one.kind === kind) ?? { kind, spec: {} };

  test("is what Kubernetes' own schema allows, where the package with it is installed", () => {
    const file = path.join(examples, "kubernetes", "receiver.yaml");
    const ran = spawnSync("python3", ["-m", "kubernetes_validate", "--strict", file], { encoding: "utf8" });
    if (ran.error || ran.stderr.includes("No module named"))
      say("Kubernetes' schema (pip install kubernetes-validate)", ran.stderr);
    else expect([ran.status, ran.stderr]).toEqual([0, expect.not.stringContaining("ERROR")]);
    expect(manifests.map(({ kind }) => kind)).toEqual(["ConfigMap", "Service", "StatefulSet", "NetworkPolicy"]);
  });

  test("has a configuration that the receiver takes, ports that fit, and a grace that is long enough", () => {
    const inside = parseConfig(parse(of("ConfigMap").data?.["receiver.yaml"] ?? ""), "the config map");
    const text = JSON.stringify(of("StatefulSet"));
    for (const { port } of [inside.listen, inside.observe ?? inside.listen]) {
      expect(text).toContain(`"containerPort":${port}`);
      expect(JSON.stringify(of("NetworkPolicy"))).toContain(`"port":${port}`);
    }
    expect(JSON.stringify(of("Service"))).not.toContain("observe");
    const { replicas, template } = of("StatefulSet").spec as {
      replicas: number;
      template: { spec: { terminationGracePeriodSeconds: number } };
    };
    expect(replicas).toBe(1);
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(inside.stopGraceSeconds);
  });

  test("mounts the secret as a folder, and the store in a folder above the receiver's own", () => {
    const { template } = of("StatefulSet").spec as {
      template: { spec: { containers: { volumeMounts: { name: string; mountPath: string; subPath?: string }[] }[] } };
    };
    const mounts = new Map(template.spec.containers[0]?.volumeMounts.map((mount) => [mount.name, mount]));
    expect(mounts.get("secrets")).toMatchObject({ mountPath: secretFolder });
    expect(mounts.get("secrets")?.subPath).toBeUndefined();
    expect(path.dirname(config.store.folder)).toBe(mounts.get("store")?.mountPath);
  });
});

test("a secret's file that is mounted alone never changes, and one in a mounted folder does: why the examples mount folders", () => {
  const outside = path.join(home, "outside");
  const [folder, alone] = [path.join(home, "folder"), path.join(home, "alone")];
  for (const made of [outside, folder]) mkdirSync(made);
  writeFileSync(path.join(outside, "secrets"), "first-secret\n");
  writeFileSync(alone, "");
  const script = JSON.stringify(path.join(__dirname, "../../dist/providers/lifecycle/secrets-on-disk.js"));
  const rotate = `'${process.execPath}' -e 'require(${script}).writeSecrets({ path: "${outside}/secrets" }, ["second-secret"])'`;
  const mount = `mount --bind '${outside}' '${folder}' && mount --bind '${outside}/secrets' '${alone}' || exit 9`;
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    ["-m", "sh", "-c", `${mount}; ${rotate}; cat '${folder}/secrets' '${alone}'`],
    { encoding: "utf8" },
  );
  if (status !== 0) say("Mounts (root and unshare)", stderr);
  else expect(stdout).toBe("second-secret\nfirst-secret\n");
});
