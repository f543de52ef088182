import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type EngineEvent, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { type Engine, engineEnv, pulumiCommand } from "../../toolbox/pulumi";
import type { LocalAws } from "./local-aws";

/** What one run of the CLI did. */
export interface Run {
  /** Resources by what was done to them, `create`, `update`, `same` and so on, by the engine's own count. */
  readonly changes: Readonly<Record<string, number>>;
  /** Each step that changed something: `update sqs/queue:Queue receiver-events (visibilityTimeoutSeconds)`. */
  readonly steps: readonly string[];
  readonly ms: number;
}

/** A stack in a folder of its own whose provider for AWS is the plugin in `bin`, and whose AWS is the given one. */
export class ProviderStack {
  private constructor(
    private readonly stack: Stack,
    private readonly directory: string,
  ) {}

  static async of(engine: Engine, bin: string, aws: LocalAws): Promise<ProviderStack> {
    const directory = mkdtempSync(path.join(tmpdir(), "aws-provider-"));
    const environment = engineEnv(engine);
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "dev", projectName: "aws-provider", program: () => Promise.resolve() },
      {
        workDir: directory,
        pulumiCommand: await pulumiCommand(engine),
        envVars: {
          PATH: [bin, environment.PATH ?? ""].join(path.delimiter),
          PULUMI_BACKEND_URL: `file://${directory}`,
          PULUMI_CONFIG_PASSPHRASE: "aws provider",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          AWS_ENDPOINT_URL: aws.endpoint,
          AWS_CA_BUNDLE: aws.certificate,
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
          AWS_REGION: "us-east-1",
          AWS_EC2_METADATA_DISABLED: "true",
        },
      },
    );
    await stack.setAllConfig({
      "aws:region": { value: "us-east-1" },
      "aws:skipCredentialsValidation": { value: "true" },
      "aws:skipMetadataApiCheck": { value: "true" },
    });
    return new ProviderStack(stack, directory);
  }

  up(program: PulumiFn): Promise<Run> {
    this.stack.workspace.program = program;
    return this.run((listeners) => this.stack.up({ ...listeners, suppressProgress: true }));
  }

  preview(): Promise<Run> {
    return this.run((listeners) => this.stack.preview(listeners));
  }

  refresh(): Promise<Run> {
    return this.run((listeners) => this.stack.refresh(listeners));
  }

  destroy(): Promise<Run> {
    return this.run((listeners) => this.stack.destroy(listeners));
  }

  async output(name: string): Promise<string> {
    const value: unknown = (await this.stack.outputs())[name]?.value;
    if (typeof value !== "string") throw new Error(`the program has no output ${name}`);
    return value;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async run(
    operation: (listeners: {
      onEvent: (event: EngineEvent) => void;
      onOutput: (text: string) => void;
      color: "never";
    }) => Promise<unknown>,
  ): Promise<Run> {
    const events: EngineEvent[] = [];
    let output = "";
    const started = performance.now();
    try {
      await operation({
        onEvent: (event) => events.push(event),
        onOutput: (text) => (output += text),
        color: "never",
      });
    } catch (error) {
      const diagnostics = events.flatMap(({ diagnosticEvent }) =>
        diagnosticEvent?.severity === "error" ? [diagnosticEvent.message] : [],
      );
      throw new Error(diagnostics.length > 0 ? diagnostics.join("\n") : output, { cause: error });
    }
    return {
      changes: events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {},
      steps: stepsOf(events),
      ms: performance.now() - started,
    };
  }
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
