import { afterAll, describe, expect, test } from "@jest/globals";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Pulumi } from "../../cli/pulumi";
import { RelayError } from "../../providers/lifecycle/errors";

describe("the Pulumi CLI", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Stands in for it. */
  const standIn = (script: string): string => {
    const program = path.join(folder, "pulumi");
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    return program;
  };
  const failureOf = async (work: Promise<unknown>): Promise<Error> => {
    const error: unknown = await work.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RelayError);
    return error as Error;
  };

  test("is asked for one stack, without questions, and what stands behind -- stays a value", async () => {
    const pulumi = new Pulumi({ program: standIn('printf "%s\\n" "$@"'), stack: "dev" });
    const flags = ["--non-interactive", "--color", "never", "--stack", "dev"];
    expect(await pulumi.run(["config", "set", "key", "--", "--value"])).toBe(
      ["config", "set", "key", ...flags, "--", "--value", ""].join("\n"),
    );
  });

  test("is quoted with its errors alone when it fails", async () => {
    const program = standIn("echo 'a log line' >&2; echo 'error: no such stack' >&2; echo 'more' >&2; exit 255");
    expect((await failureOf(new Pulumi({ program }).run(["stack", "output", "url"]))).message).toBe(
      "pulumi stack output failed: no such stack",
    );
  });

  test.each([
    [
      "no Pulumi.yaml project file found (searching upwards from /x)",
      "there is no Pulumi project in FOLDER, nor in a folder above; go to the folder of your program, or begin one: npx kustomer-relay init",
    ],
    [
      "no stack selected; please use `pulumi stack select` to choose one",
      "no stack is selected; pulumi stack select, or pulumi stack init dev for a new one; or name it with --stack",
    ],
    [
      "no stack named 'dev' found",
      "there is no stack dev; pulumi stack ls lists those there are in this backend; pulumi whoami --verbose says which backend that is",
    ],
    [
      "incorrect passphrase",
      "the passphrase is not the one of this stack; correct PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE",
    ],
    [
      "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      "nobody is logged in to a backend; pulumi login, or name the backend in PULUMI_BACKEND_URL",
    ],
  ])("that says %j is put into words that say what to do", async (said, told) => {
    const program = standIn(`echo "error: ${said.replaceAll("`", "'")}" >&2; exit 255`);
    const { message } = await failureOf(new Pulumi({ program, stack: "dev", cwd: folder }).run(["config", "--json"]));
    expect(message).toBe(`pulumi config --json: ${told.replace("FOLDER", folder)}`);
  });

  test("is not asked for a stack without a name: it would take the selected one", async () => {
    const pulumi = new Pulumi({ program: standIn("exit 0"), stack: "" });
    expect((await failureOf(pulumi.run(["stack", "export"]))).message).toBe(
      "--stack names no stack; is a variable empty?",
    );
  });

  test("is said to be missing, or its folder is", async () => {
    const [nowhere, cwd] = ["/nowhere/pulumi", path.join(folder, "gone")];
    expect((await failureOf(new Pulumi({ program: nowhere }).run(["version"]))).message).toMatch(
      /^pulumi version: there is no .*pulumi on the PATH; install the Pulumi CLI/,
    );
    expect((await failureOf(new Pulumi({ program: standIn("exit 0"), cwd }).run(["version"]))).message).toBe(
      `pulumi version: there is no folder ${cwd}`,
    );
  });

  test("is ended when it gives no answer in time", async () => {
    const pulumi = new Pulumi({ program: standIn("exec sleep 20"), timeoutMs: 50 });
    expect((await failureOf(pulumi.run(["stack", "export"]))).message).toBe(
      "pulumi stack export: no answer within 0.05 seconds",
    );
  });
});
