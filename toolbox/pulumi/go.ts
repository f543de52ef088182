import path from "node:path";
import type { Context } from "./context";
import { isExecutable } from "./engine";
import { run } from "./run";

/** The first Go that can fetch the toolchain a go.mod asks for. */
const oldestMinor = 21;

export const HOW_TO_GET_GO = `install Go 1.${oldestMinor} or later (https://go.dev/doc/install)`;

/** The `go` on the PATH, if it is new enough. */
export async function findGo(context: Context, signal: AbortSignal): Promise<string> {
  const name = process.platform === "win32" ? "go.exe" : "go";
  const go = (context.env.PATH ?? "")
    .split(path.delimiter)
    .filter(Boolean)
    .map((directory) => path.resolve(directory, name))
    .find(isExecutable);
  if (go === undefined) throw new Error("Go is not on the PATH");
  const printed = await run(go, ["version"], {
    // Its own version, not that of a toolchain it would first have to download.
    env: { ...context.env, GOTOOLCHAIN: "local" },
    timeoutMs: context.timeouts.probeMs,
    signal,
  });
  const match = /\bgo(\d+)\.(\d+)/.exec(printed);
  if (!match) throw new Error(`${go} does not tell its version: "${printed.trim()}"`);
  if (Number(match[1]) === 1 && Number(match[2]) < oldestMinor) {
    throw new Error(`${go} is Go ${match[1]}.${match[2] ?? ""}, older than 1.${oldestMinor}`);
  }
  return go;
}
