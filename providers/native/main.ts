/** What the launcher starts: the plugin on a Node that it can run on, or one line that says what is missing. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const OLDEST = [22, 19] as const;

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Another `node` further down the PATH: version managers often leave an old one in front. */
function anotherNode(): string | undefined {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return folders
    .map((folder) => path.join(folder, name))
    .filter((file) => file !== process.execPath && existsSync(file))
    .find((file) => isNewEnough(versionOf(file)));
}

/** Empty where it cannot be started. */
function versionOf(node: string): string {
  const asked: { stdout: string | null } = spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" });
  return asked.stdout ?? "";
}

function main(): void {
  if (isNewEnough(process.versions.node)) {
    void import("./plugin.js");
    return;
  }
  const node = anotherNode();
  if (node === undefined) {
    // The engine sets it right behind a sentence of its own.
    console.error(
      `\nkustomer-relay: this plugin needs Node.js ${OLDEST.join(".")} or later, and the one on the PATH is ${process.version}; get a newer one from https://nodejs.org`,
    );
    process.exitCode = 1;
    return;
  }
  // Before it starts: a signal right after that would end us, and leave it alone.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const child = spawn(node, [__filename, ...process.argv.slice(2)], { stdio: "inherit" });
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}

main();
