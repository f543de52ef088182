import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  win32: ["explorer.exe"],
  linux: ["xdg-open"],
};

/**
 * Opens an address that is a secret in the person's browser. By way of a file that only they can read: what stands on a command
 * line is seen by everybody in the list of processes. Gives what removes the file; `undefined` where there is no browser to open.
 */
export function openBrowser(
  address: string,
  platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): (() => void) | undefined {
  const [program, ...more] = OPENERS[platform] ?? [];
  const hasScreen = platform !== "linux" || env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined;
  if (program === undefined || !hasScreen) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-console-"));
  const file = path.join(folder, "open.html");
  writeFileSync(file, `<!doctype html><title>Console</title><meta http-equiv="refresh" content="0;url=${address}">`, {
    mode: 0o600,
  });
  spawn(program, [...more, file], { env, stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
