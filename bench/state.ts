import { readFileSync } from "node:fs";
import path from "node:path";
import { KustomerOutboundWebhook } from "../index";
import { InlineStack } from "../lab/inline-stack";
import { BenchProject } from "./support/project";
import { startBenchSandbox } from "./support/sandbox";
import { FEW, MANY, type Measured, measure, measureProject } from "./support/state-bytes";

const URL =
  "https://api.airkit.com/internal/sessions/v1/resource/kustomer/0b0e7a1c-5b1e-4a53-9c5b-1f6c0d2f9a10/receive-message";

/**
 * Bytes of the state file per outbound webhook: the difference between twenty and ten, secrets encrypted. What counts is a
 * TypeScript program in a project of its own, as users have it; a program inside another process (Automation API) has longer
 * stack traces.
 */
export async function run(): Promise<Record<string, unknown>> {
  const sandbox = await startBenchSandbox();
  try {
    const ours = await ofProject("webhooks", sandbox.env);
    const serialized = await ofProject("serialized-webhooks", sandbox.env);
    const inline = await ofInlineProgram(sandbox.env);
    return {
      webhookStateBytes: ours.bytes,
      goal: 2200,
      parts: ours.parts,
      inlineProgramStateBytes: inline.bytes,
      inlineProgramParts: inline.parts,
      serializedStateBytes: serialized.bytes,
      serializedParts: serialized.parts,
      ratioToSerialized: Math.round((ours.bytes / serialized.bytes) * 1000) / 1000,
    };
  } finally {
    await sandbox.close();
  }
}

async function ofProject(fixture: string, env: Record<string, string>): Promise<Measured> {
  const project = await BenchProject.of(fixture, { typescript: true, env });
  try {
    return await measureProject(project);
  } finally {
    project.remove();
  }
}

async function ofInlineProgram(env: Record<string, string>): Promise<Measured> {
  let count = FEW;
  const program = (): Promise<void> => {
    for (let index = 0; index < count; index += 1)
      new KustomerOutboundWebhook(`relay-${index}`, { url: URL, watchSeconds: 0 });
    return Promise.resolve();
  };
  const stack = await InlineStack.of(program, {}, { project: "relays", env });
  try {
    const state = (): string => readFileSync(path.join(stack.directory, ".pulumi/stacks/relays/dev.json"), "utf8");
    await stack.up();
    const few = state();
    count = MANY;
    await stack.up();
    const many = state();
    await stack.destroy();
    return measure(few, many);
  } finally {
    stack.remove();
  }
}
