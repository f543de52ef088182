import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { COMMAND } from "../receiver/support/command";

/** In a shell, as people pipe: the command's own status is the last line of standard error. */
function inShell(rest: string): { stdout: string; stderr: string } {
  const script = `{ "$0" ${COMMAND} ${rest.replace("|", '; echo "status $?" >&2; } |')}`;
  const { stdout, stderr } = spawnSync("sh", ["-c", script, process.execPath], { encoding: "utf8", timeout: 60_000 });
  return { stdout, stderr };
}

describe("standard output", () => {
  test.each(["--help", "doctor --only node-version"])(
    "may be left by its reader: %s ends as if it had been read",
    (command) => {
      expect(inShell(`${command} | true`).stderr).toBe("status 0\n");
    },
  );

  test("that cannot be written is told in one line, without a stack", () => {
    // Linux has a file on which no byte fits.
    if (!existsSync("/dev/full")) return;
    for (const command of ["--help", "doctor --only node-version --json"])
      expect(inShell(`${command} > /dev/full | true`).stderr).toMatch(
        /^Standard output cannot be written: ENOSPC.*\nstatus 1\n$/,
      );
  });
});
