import { createHash } from "node:crypto";
import { mkdirSync, readlinkSync, realpathSync, symlinkSync } from "node:fs";
import path from "node:path";
import type { Context } from "./context";
import { cliName, hostName, isExecutable, versionOf, type Search } from "./engine";
import { reasonOf } from "./reason";

/** The first `pulumi` on the PATH, as a shell would find it, if its language host can be found from it. */
export async function findOnPath(context: Context): Promise<Search> {
  const directories = (context.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const bin = directories.find((directory) => isExecutable(path.join(directory, cliName)));
  if (bin === undefined) return { passedOver: [] };
  const cli = path.resolve(bin, cliName);
  try {
    const version = await versionOf(cli, context.env, context.timeouts.probeMs);
    const home = directoryWithHost(cli, directories);
    if (home === undefined) throw new Error(`no ${hostName} on the PATH or beside it`);
    return { engine: { root: rootOf(home, context.home), bin: home, version, source: "path" }, passedOver: [] };
  } catch (error) {
    return { passedOver: [`${cli}: ${reasonOf(error)}`] };
  }
}

/** The CLI also looks for its host beside the file a symbolic link leads to, as package managers install it. */
function directoryWithHost(cli: string, directories: readonly string[]): string | undefined {
  const [linked, real] = [path.dirname(cli), path.dirname(realpathSync(cli))];
  if (isExecutable(path.join(linked, hostName))) return linked;
  if (isExecutable(path.join(real, hostName)) && isExecutable(path.join(real, cliName))) return real;
  return directories.some((directory) => isExecutable(path.join(directory, hostName))) ? linked : undefined;
}

/** The Automation API accepts only `<root>/bin/pulumi`. A CLI in a directory of another name is given such a root. */
function rootOf(bin: string, home: string): string {
  if (path.basename(bin) === "bin") return path.dirname(bin);
  const root = path.join(home, "linked", createHash("sha256").update(bin).digest("hex").slice(0, 12));
  const link = path.join(root, "bin");
  mkdirSync(root, { recursive: true });
  try {
    symlinkSync(bin, link, "junction");
  } catch (error) {
    if (readlinkSync(link) !== bin) throw error;
  }
  return root;
}
