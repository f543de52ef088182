import path from "node:path";
import type { EngineEvent, PulumiFn } from "@pulumi/pulumi/automation";
import { startProgram } from "../../cli/start-program";
import { type Engine, engineEnv } from "../../toolbox/pulumi";
import { repoRoot } from "../../toolbox/pulumi/places";
import { InlineStack } from "../inline-stack";
import type { LocalAws } from "./local-aws";

/** What one run of the CLI did. */
export interface Run {
  /** Resources by what was done to them, `create`, `update`, `same` and so on, by the engine's own count. */
  readonly changes: Readonly<Record<string, number>>;
  /** Each step that changed something: `update sqs/queue:Queue receiver-events (visibilityTimeoutSeconds)`. */
  readonly steps: readonly string[];
  readonly warnings: readonly string[];
  readonly ms: number;
}

const COMMAND = path.join(repoRoot(), "dist/cli/main.js");

/** A stack whose provider for AWS is the plugin in `bin`, and whose AWS is the given one. */
export class ProviderStack {
  private constructor(
    private readonly stack: InlineStack,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async of(engine: Engine, bin: string, aws: LocalAws): Promise<ProviderStack> {
    const env = providerEnv(bin, aws);
    const config = {
      "aws:region": { value: "us-east-1" },
      "aws:skipCredentialsValidation": { value: "true" },
      "aws:skipMetadataApiCheck": { value: "true" },
    };
    const stack = await InlineStack.of(() => Promise.resolve(), config, { project: "aws-provider", env, engine });
    return new ProviderStack(stack, {
      ...env,
      ...stack.backend,
      PATH: [env.PATH, engineEnv(engine).PATH].join(path.delimiter),
      NODE_EXTRA_CA_CERTS: aws.certificate,
    });
  }

  up(program: PulumiFn): Promise<Run> {
    this.stack.program = program;
    return measured(() => this.stack.up());
  }

  preview(): Promise<Run> {
    return measured(() => this.stack.preview());
  }

  refresh(): Promise<Run> {
    return measured(() => this.stack.refresh());
  }

  destroy(): Promise<Run> {
    return measured(() => this.stack.destroy());
  }

  async output(name: string): Promise<string> {
    const value: unknown = (await this.stack.outputs())[name]?.value;
    if (typeof value !== "string") throw new Error(`the program has no output ${name}`);
    return value;
  }

  /** The name that the provider gave to a function. */
  async functionCalled(name: string): Promise<string> {
    return String((await this.stack.resource(name)).outputs.name);
  }

  /** One of the package's commands about this stack: what it said, and what went wrong. */
  async command(args: readonly string[]): Promise<{ said: string; problem?: string }> {
    const { directory } = this.stack;
    const all = [COMMAND, ...args, "--stack", "dev", "--cwd", directory];
    const env = { ...process.env, ...this.env };
    const { status, stdout, stderr } = await startProgram(process.execPath, all, { env }).ended;
    return { said: stdout, ...(status !== 0 && { problem: `it ended with ${status ?? "a signal"}: ${stderr}` }) };
  }

  remove(): void {
    this.stack.remove();
  }
}

/** What the plugin in `bin` needs, so that this AWS is AWS to it. */
export function providerEnv(bin: string, aws: LocalAws): Record<string, string> {
  return {
    PATH: bin,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_CA_BUNDLE: aws.certificate,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

async function measured(operation: () => Promise<{ readonly events: readonly EngineEvent[] }>): Promise<Run> {
  const started = performance.now();
  const { events } = await operation();
  return {
    changes: events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {},
    steps: stepsOf(events),
    warnings: events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent?.severity === "warning" ? [diagnosticEvent.message.trim()] : [],
    ),
    ms: performance.now() - started,
  };
}

/** Planned and done alike: what a refresh finds is only in the latter. */
function stepsOf(events: readonly EngineEvent[]): string[] {
  const steps = new Map<string, string>();
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const step = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    if (!step || unchanged.has(step.op)) continue;
    const [, , type = "", name = ""] = step.urn.split("::");
    const fields = [...new Set([...(step.diffs ?? []), ...Object.keys(step.detailedDiff ?? {})])].join(", ");
    const key = `${step.op} ${type.split("$").at(-1) ?? ""} ${name}`;
    const said = fields === "" ? key : `${key} (${fields})`;
    if (said.length > (steps.get(key)?.length ?? 0)) steps.set(key, said);
  }
  return [...steps.values()];
}

const unchanged: ReadonlySet<string> = new Set(["same", "refresh", "read"]);
