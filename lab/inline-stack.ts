import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ConfigMap, type EngineEvent, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { type Engine, engineEnv, pulumiCommand } from "../toolbox/pulumi";
import { quietCommand, quietEngine } from "./quiet-engine";

const PASSPHRASE = "a passphrase for tests";

/** A resource of an exported state. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly initErrors?: string[];
}

interface Deployment {
  readonly resources?: ResourceState[];
  readonly pending_operations?: unknown[];
}

/** One step the engine took or previewed, without the ones that changed nothing. */
export interface Step {
  readonly op: string;
  readonly name: string;
  /** The properties that differ, by the engine's own count: the outermost names. */
  readonly diffs: string[];
}

export interface Run {
  readonly output: string;
  readonly steps: Step[];
  /** Resources left as they were. */
  readonly same: number;
  readonly events: readonly EngineEvent[];
}

export interface InlineOptions {
  readonly project?: string;
  /** Added to the environment of every run; its PATH comes before what the engine needs. */
  readonly env?: Readonly<Record<string, string>>;
  readonly engine?: Engine;
}

/** A stack of an inline program on the real engine, in a file backend of its own. */
export class InlineStack {
  readonly directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
  /** Everything the CLI ever printed. */
  printed = "";
  private stack!: Stack;

  static async of(
    program: PulumiFn,
    config: ConfigMap = {},
    { project = "relay-test", env = {}, engine: given }: InlineOptions = {},
  ): Promise<InlineStack> {
    const test = new InlineStack();
    const engine = given ?? (await quietEngine());
    const found = engineEnv(engine);
    test.stack = await LocalWorkspace.createStack(
      { stackName: "dev", projectName: project, program },
      {
        workDir: test.directory,
        pulumiCommand: await (given === undefined ? quietCommand() : pulumiCommand(given)),
        envVars: {
          ...test.backend,
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          ...env,
          PATH: [env.PATH, found.PATH].filter(Boolean).join(path.delimiter),
        },
      },
    );
    // After each run the Automation API asks for the outputs, twice, and for the history: three more starts of the CLI.
    test.stack.outputs = () => Promise.resolve({});
    test.stack.info = () => Promise.resolve(undefined);
    await test.configure(config);
    return test;
  }

  /** What finds the backend, and opens it. */
  get backend(): Record<string, string> {
    return { PULUMI_BACKEND_URL: `file://${this.directory}`, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };
  }

  async configure(config: ConfigMap): Promise<void> {
    if (Object.keys(config).length > 0) await this.stack.setAllConfig(config);
  }

  /** The program of the following runs. */
  set program(program: PulumiFn) {
    this.stack.workspace.program = program;
  }

  env(variables: Record<string, string>): void {
    this.stack.workspace.envVars = { ...this.stack.workspace.envVars, ...variables };
  }

  up(options: { replace?: string[]; refresh?: boolean } = {}): Promise<Run> {
    return this.run((listeners) => this.stack.up({ ...listeners, ...options, suppressProgress: true }));
  }

  preview(options: { expectNoChanges?: boolean; refresh?: boolean } = {}): Promise<Run> {
    return this.run((listeners) => this.stack.preview({ ...listeners, ...options }));
  }

  refresh(options: { clearPendingCreates?: boolean } = {}): Promise<Run> {
    return this.run((listeners) => this.stack.refresh({ ...listeners, ...options }));
  }

  destroy(): Promise<Run> {
    return this.run((listeners) => this.stack.destroy(listeners));
  }

  cancel(): Promise<void> {
    return this.stack.cancel();
  }

  async outputs(): Promise<Record<string, { value: unknown; secret: boolean }>> {
    return this.stack.workspace.stackOutputs(this.stack.name);
  }

  /** What the engine wrote down. */
  async deployment(): Promise<Deployment> {
    return ((await this.stack.exportStack()) as { deployment: Deployment }).deployment;
  }

  async state(): Promise<ResourceState[]> {
    return (await this.deployment()).resources ?? [];
  }

  async pendingOperations(): Promise<unknown[]> {
    return (await this.deployment()).pending_operations ?? [];
  }

  /** Puts a state in place of the stack's own, as `pulumi stack import` does. */
  load(deployment: unknown): Promise<void> {
    return this.stack.importStack({ version: 3, deployment });
  }

  /** Takes resources out of the state and touches nothing else, as `pulumi state delete` does. */
  async forget(...names: string[]): Promise<void> {
    const deployment = await this.deployment();
    const resources = deployment.resources?.filter(({ urn }) => !names.some((name) => urn.endsWith(`::${name}`)));
    await this.load({ ...deployment, resources });
  }

  /** The one resource with this name. */
  async resource(name: string): Promise<ResourceState> {
    const found = (await this.state()).find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined) throw new Error(`no resource ${name} in the state`);
    return found;
  }

  /** Every byte of the backend (state, history, backups) and everything printed, for a search. */
  everything(): string {
    return [this.printed, ...filesBelow(this.directory).map((file) => readFileSync(file, "utf8"))].join("\n");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async run(
    operation: (listeners: {
      onEvent: (event: EngineEvent) => void;
      onOutput: (text: string) => void;
      onError: (text: string) => void;
      color: "never";
    }) => Promise<unknown>,
  ): Promise<Run> {
    const events: EngineEvent[] = [];
    let output = "";
    const hear = (text: string): void => {
      output += text;
      this.printed += text;
    };
    try {
      await operation({ onEvent: (event) => events.push(event), onOutput: hear, onError: hear, color: "never" });
    } catch (error) {
      this.printed += String(error);
      throw error;
    }
    return { output, ...stepsOf(events), events };
  }
}

/** Runs that are expected to fail: what the CLI said. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("the run succeeded, but was expected to fail");
}

function stepsOf(events: EngineEvent[]): { steps: Step[]; same: number } {
  const done = events.flatMap((event) => (event.resOutputsEvent ? [event.resOutputsEvent.metadata] : []));
  const planned = events.flatMap((event) => (event.resourcePreEvent ? [event.resourcePreEvent.metadata] : []));
  const failed = events.flatMap((event) => (event.resOpFailedEvent ? [event.resOpFailedEvent.metadata] : []));
  const own = [...planned, ...done, ...failed].filter(
    ({ urn }) => urn.includes("pulumi-nodejs:") && !urn.includes("pulumi:providers:"),
  );
  const steps = new Map<string, Step>();
  for (const { op, urn, diffs, detailedDiff } of own) {
    if (op === "same" || op === "refresh" || op === "read") continue;
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    const fields = [...(diffs ?? []), ...Object.keys(detailedDiff ?? {})].map((path) => path.replace(/[.[].*/, ""));
    const step = { op, name, diffs: [...new Set(fields)].sort() };
    const key = `${step.op} ${name}`;
    if (!steps.has(key) || step.diffs.length > 0) steps.set(key, step);
  }
  const same = new Set(own.filter(({ op }) => op === "same").map(({ urn }) => urn)).size;
  return { steps: [...steps.values()], same };
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory)
    .map((name) => path.join(directory, name))
    .flatMap((file) => (statSync(file).isDirectory() ? filesBelow(file) : [file]));
}
