import type { Ran } from "../../receiver/support/command";
import { COMMAND } from "../../receiver/support/command";
import { startProgram } from "../../../cli/start-program";
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
  let said = "";
  const child = startProgram(process.execPath, [COMMAND, "import", ...args], {
    cwd,
    env: { ...process.env, ...env },
    timeoutMs: 60_000,
    onText: (text, stream) => {
      if (signalAfter === undefined || stream !== "stderr") return;
      const before = said;
      said += text;
      if (!before.includes(signalAfter.said) && said.includes(signalAfter.said)) child.kill(signalAfter.signal);
    },
  });
  const { status, stdout, stderr } = await child.ended;
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
