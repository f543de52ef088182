import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startProgram } from "../cli/start-program";
import { repoRoot } from "../toolbox/pulumi";

/**
 * `npm run sbom [-- FILE]`: what the package depends on, in the versions of the lock file (CycloneDX). `npm sbom --omit=dev` here
 * would leave out what a development dependency needs as well (npm 11.19: zod, pino, yaml, commander), so it is asked in a
 * folder whose package has none.
 */
async function main([file = path.join(repoRoot(), ".local", "sbom.cdx.json")]: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-sbom-"));
  try {
    const manifest = JSON.parse(readFileSync(path.join(repoRoot(), "package.json"), "utf8")) as Record<string, unknown>;
    // npm names the package after its folder.
    const cwd = path.join(folder, String(manifest.name));
    mkdirSync(cwd);
    const published = { ...manifest, devDependencies: undefined, scripts: undefined };
    writeFileSync(path.join(cwd, "package.json"), JSON.stringify(published));
    copyFileSync(path.join(repoRoot(), "package-lock.json"), path.join(cwd, "package-lock.json"));
    await npm(cwd, "install", "--package-lock-only", "--ignore-scripts", "--prefer-offline");
    const bill = await npm(
      cwd,
      "sbom",
      "--package-lock-only",
      "--omit=peer",
      "--sbom-format=cyclonedx",
      "--sbom-type=library",
    );
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileSync(file, bill);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await startProgram("npm", args, { cwd }).ended;
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stderr}`);
  return stdout;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
