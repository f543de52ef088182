import type { BenchProject, StateResource } from "./project";

/** How many webhooks the two states have that are compared. */
export const FEW = 10;
export const MANY = 20;

/** Bytes of one outbound webhook in the state file, and who put them there. */
export interface Measured {
  readonly bytes: number;
  readonly parts: Record<string, number>;
}

/** Brings the project up twice, and leaves nothing of it. */
export async function measureProject(project: BenchProject): Promise<Measured> {
  await project.up(FEW);
  const few = project.stateFile();
  await project.up(MANY);
  const many = project.stateFile();
  await project.destroy();
  return measure(few, many);
}

export function measure(few: string, many: string): Measured {
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
  return checkpoint.latest.resources.filter(({ type }) => type.endsWith("OutboundWebhook"));
}

/** Who put the bytes there. */
function partsOf(webhook: StateResource): Record<string, number> {
  const { inputs, outputs, sourcePosition, stackTrace } = webhook as StateResource &
    Record<"inputs" | "outputs", object>;
  const text = { inputs: sizeOf(inputs, ["__provider"]), outputs: sizeOf(outputs, ["__provider"]) };
  const trace = sizeOf({ sourcePosition, stackTrace }, ["sourcePosition", "stackTrace"]);
  const secret = sizeOf(outputs, ["signingSecret"]);
  const given = JSON.stringify(inputs).length - text.inputs;
  const got = JSON.stringify(outputs).length - text.outputs - secret;
  return {
    providerTexts: text.inputs + text.outputs,
    inputs: given,
    outputs: got,
    encryptedSecret: secret,
    stackTraceOfTheSdk: trace,
    bookkeepingOfTheEngine:
      JSON.stringify(webhook).length + 1 - text.inputs - text.outputs - given - got - secret - trace,
  };
}

/** Bytes of these members, with the comma. */
function sizeOf(object: object, names: readonly string[]): number {
  const present = Object.entries(object).filter(([name, value]) => names.includes(name) && value !== undefined);
  return present.reduce((sum, [name, value]) => sum + JSON.stringify({ [name]: value as unknown }).length - 1, 0);
}
