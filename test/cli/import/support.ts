import { spawn } from "node:child_process";
import type { Ran } from "../../receiver/support/command";
import { COMMAND } from "../../receiver/support/command";
import type { Sandbox } from "../../../sandbox";

/** Runs `kustomer-relay import` beside the sandbox of the same process; `signalAfter` says when to send it a signal. */
export async function runImport(
  args: readonly string[],
  {
    cwd,
    env = {},
    signalAfter,
  }: { cwd: string; env?: Record<string, string>; signalAfter?: { said: string; signal: NodeJS.Signals } },
): Promise<Ran> {
  const child = spawn(process.execPath, [COMMAND, "import", ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr, signalled] = ["", "", false];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (signalAfter !== undefined && !signalled && stderr.includes(signalAfter.said))
      signalled = child.kill(signalAfter.signal);
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  return { status, stdout, stderr };
}

/** The environment of a person who manages the sandbox's organisation. */
export function environmentOf(sandbox: Sandbox): Record<string, string> {
  return { KUSTOMER_BASE_URL: sandbox.url, KUSTOMER_API_KEY: sandbox.managementKey };
}

/** And who has a bridge to Airkit's console. */
export function consoleEnvironmentOf(sandbox: Sandbox): Record<string, string> {
  return { AIRKIT_DRIVER: "console", AIRKIT_BASE_URL: sandbox.airkitConsoleUrl, AIRKIT_TOKEN: sandbox.airkitToken };
}
