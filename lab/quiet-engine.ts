import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { type Engine, ensureEngine, pulumiCommand } from "../toolbox/pulumi";

let engine: Promise<Engine> | undefined;
let command: Promise<PulumiCommand> | undefined;

/** The engine, without a word: it is found once, since whoever looks for it starts it to see that it runs. */
export function quietEngine(): Promise<Engine> {
  return (engine ??= ensureEngine({ report: { line: () => undefined, progress: () => undefined } }));
}

/** The same as the Automation API wants it, which starts it once more. */
export function quietCommand(): Promise<PulumiCommand> {
  return (command ??= quietEngine().then(pulumiCommand));
}
