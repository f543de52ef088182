import { readFileSync } from "node:fs";
import path from "node:path";
import { KustomerOutboundWebhook } from "../index";
import { InlineStack } from "../lab/inline-stack";
import { BenchProject, type StateResource } from "./support/project";
import { startBenchSandbox } from "./support/sandbox";

const FEW = 10;
const MANY = 20;
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

interface Measured {
  readonly bytes: number;
  readonly parts: Record<string, number>;
}

async function ofProject(fixture: string, env: Record<string, string>): Promise<Measured> {
  const project = await BenchProject.of(fixture, { typescript: true, env });
  try {
    await project.up(FEW);
    const few = project.stateFile();
    await project.up(MANY);
    const many = project.stateFile();
    await project.destroy();
    return measure(few, many);
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

function measure(few: string, many: string): Measured {
  const webhooks = webhooksOf(many);
  const sums = webhooks.map(partsOf);
  const average = (part: string): number =>
    Math.round(sums.reduce((sum, parts) => sum + (parts[part] ?? 0), 0) / sums.length);
  return {
    bytes: Math.round((Buffer.byteLength(many) - Buffer.byteLength(few)) / (MANY - FEW)),
    parts: Object.fromEntries(Object.keys(sums[0] ?? {}).map((part) => [part, average(part)])),
  };
}

function webhooksOf(state: string): StateResource[] {
  const { checkpoint } = JSON.parse(state) as { checkpoint: { latest: { resources: StateResource[] } } };
  return checkpoint.latest.resources.filter(({ type }) => /^pulumi-nodejs:.*OutboundWebhook$/.test(type));
}

/** Who put the bytes there. */
function partsOf(webhook: StateResource): Record<string, number> {
  const { inputs, outputs, sourcePosition, stackTrace } = webhook as StateResource &
    Record<"inputs" | "outputs", object>;
  const texts = sizeOf(inputs, ["__provider"]) + sizeOf(outputs, ["__provider"]);
  const trace = sizeOf({ sourcePosition, stackTrace }, ["sourcePosition", "stackTrace"]);
  const secret = sizeOf(outputs, ["signingSecret"]);
  const given = JSON.stringify(inputs).length - texts / 2;
  const got = JSON.stringify(outputs).length - texts / 2 - secret;
  return {
    providerTexts: texts,
    inputs: given,
    outputs: got,
    encryptedSecret: secret,
    stackTraceOfTheSdk: trace,
    bookkeepingOfTheEngine: JSON.stringify(webhook).length + 1 - texts - given - got - secret - trace,
  };
}

/** Bytes of these members, with the comma. */
function sizeOf(object: object, names: readonly string[]): number {
  const present = Object.entries(object).filter(([name, value]) => names.includes(name) && value !== undefined);
  return present.reduce((sum, [name, value]) => sum + JSON.stringify({ [name]: value as unknown }).length - 1, 0);
}
