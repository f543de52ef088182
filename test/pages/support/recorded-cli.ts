import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { World } from "../../cli/doctor/support/world";

/** What a World is to it. */
export type Recorded = Pick<World, "folder" | "environment" | "resources" | "config">;

/**
 * A `pulumi` that prints what a World's state and config are, for views that need no engine; the stack `slow` takes its time.
 * Its preview goes on until it is interrupted, for half a minute at most.
 */
export class RecordedCli {
  private readonly bin: string;

  constructor(private readonly world: Recorded) {
    this.bin = path.join(world.folder, "bin");
    mkdirSync(this.bin);
    writeFileSync(path.join(this.bin, "pulumi"), SCRIPT.replaceAll("FOLDER", this.bin));
    chmodSync(path.join(this.bin, "pulumi"), 0o755);
    this.record();
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.world.environment, PATH: `${this.bin}${path.delimiter}${process.env.PATH ?? ""}` };
  }

  /** How it was called. */
  get calls(): string[] {
    const file = path.join(this.bin, "calls");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  /** The preview that runs, or ran last. */
  get previewId(): number {
    return Number(readFileSync(path.join(this.bin, "preview"), "utf8"));
  }

  /** The stack can no longer be read. */
  breakDown(): void {
    rmSync(path.join(this.bin, "state.json"));
  }

  /** As the world is now. */
  record(): void {
    const resources = this.world.resources.map(({ dependsOn, ...resource }) => ({
      ...resource,
      propertyDependencies: dependsOn,
    }));
    const config = Object.entries(this.world.config).map(([key, value]) => [key, { value, secret: false }]);
    writeFileSync(path.join(this.bin, "state.json"), JSON.stringify({ deployment: { resources } }));
    writeFileSync(path.join(this.bin, "config.json"), JSON.stringify(Object.fromEntries(config)));
  }
}

const SCRIPT = `#!/bin/sh
echo "$@" >> FOLDER/calls
case "$*" in *"--stack slow"*) sleep 8;; esac
case "$1" in
  stack) cat FOLDER/state.json;;
  config) [ "$2" = set ] || cat FOLDER/config.json;;
  version) echo v3.259.0;;
  preview)
    echo $$ > FOLDER/preview
    trap 'echo "stopped in good order"; exit 1' INT
    i=0; while [ $i -lt 300 ]; do echo "line $i"; sleep 0.1; i=$((i+1)); done;;
  up) echo "Updating (dev)";;
esac
`;
