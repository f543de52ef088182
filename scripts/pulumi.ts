import path from "node:path";
import { Pulumi } from "../cli/pulumi";
import { engineEnv, EngineError, ensureEngine, repoRoot } from "../toolbox/pulumi";

/** `npm run pulumi -- <args>`: the CLI against the ready-made stack, wherever the CLI comes from. */
async function main(args: readonly string[]): Promise<void> {
  const engine = await ensureEngine();
  const pulumi = new Pulumi({ program: path.join(engine.bin, "pulumi"), env: engineEnv(engine) });
  // A terminal sends Ctrl-C to the CLI as well. A second one from here would make it drop what it is doing.
  process.on("SIGINT", () => undefined);
  // Before it starts: a signal right after that would end us, and leave it alone.
  for (const signal of ["SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      started.kill(signal);
    });
  const started = pulumi.start(["--cwd", repoRoot(), ...args], { terminal: true });

  const { status, signal } = await started.ended;
  if (signal === null) {
    process.exitCode = status ?? 1;
    return;
  }
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
  process.kill(process.pid, signal);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof EngineError ? error.message : error);
  process.exitCode = 1;
});
