import { readdirSync } from "node:fs";
import path from "node:path";
import { versionsDirectory, type Context } from "./context";
import { cliName, hostName, isExecutable, versionOf, type Search } from "./engine";
import { reasonOf } from "./reason";
import { compareVersions, isVersion, unsuitable } from "./version";

interface Candidate {
  root: string;
  version: string;
}

/** The newest suitable CLI under the Pulumi home: `<home>/bin` (install script) or `<home>/versions/<version>/bin` (Automation API). */
export async function findInHome(context: Context): Promise<Search> {
  const passedOver: string[] = [];
  const candidates = installedVersions(versionsDirectory(context));
  if (isExecutable(path.join(context.home, "bin", cliName))) {
    // This directory does not carry its version in its name, so it takes its place among the others only after it was asked.
    await checkInstallation(context.home, context)
      .then((version) => candidates.push({ root: context.home, version }))
      .catch((error: unknown) => passedOver.push(`${path.join(context.home, "bin", cliName)}: ${reasonOf(error)}`));
  }
  candidates.sort((a, b) => compareVersions(b.version, a.version));

  for (const { root, version: named } of candidates) {
    const bin = path.join(root, "bin");
    try {
      // Old versions are many and are never worth starting.
      const reason = unsuitable(named);
      if (reason !== undefined) throw new Error(reason);
      const version = root === context.home ? named : await checkInstallation(root, context);
      return { engine: { root, bin, version, source: "home" }, passedOver };
    } catch (error) {
      passedOver.push(`${path.join(bin, cliName)}: ${reasonOf(error)}`);
    }
  }
  return { passedOver };
}

/** The version of a complete installation that works; throws the reason where it is not. */
export async function checkInstallation(root: string, context: Context): Promise<string> {
  const bin = path.join(root, "bin");
  if (!isExecutable(path.join(bin, cliName))) throw new Error(`no ${cliName} in it`);
  if (!isExecutable(path.join(bin, hostName))) throw new Error(`no ${hostName} beside it`);
  return versionOf(path.join(bin, cliName), context.env, context.timeouts.probeMs);
}

function installedVersions(directory: string): Candidate[] {
  try {
    return readdirSync(directory)
      .filter(isVersion)
      .map((version) => ({ root: path.join(directory, version), version }));
  } catch {
    return [];
  }
}
