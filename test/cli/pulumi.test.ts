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
