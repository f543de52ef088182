import { type Controls, controlsFrom } from "../receiver/controls";
import { Pulumi } from "./pulumi";

/** A receiver on AWS, as a relay's or a component's `receiver` output tells of it. */
export interface HostedReceiver {
  /** The outputs that name it. */
  readonly name: string;
  readonly region: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly tableName?: string;
  readonly dashboardUrl?: string;
  /** Those whose `receiver` output is among the stack's. */
  readonly relays: readonly RelayInOutputs[];
}

export interface RelayInOutputs {
  readonly name: string;
  readonly declared?: Controls;
  readonly filter?: unknown;
}

export interface Stack {
  /** As `pulumi --stack` takes it. */
  readonly name: string;
  readonly folder?: string | undefined;
}

/** Every receiver on AWS among a stack's outputs, wherever in them it stands. */
export async function receiversOf(stack: Stack): Promise<HostedReceiver[]> {
  let outputs = await readOutputs(stack, []);
  let found = receiversIn(outputs);
  if (found.length === 0 && Object.values(outputs).includes("[secret]")) {
    // An output that holds a secret somewhere may be hidden as a whole. What is read here is not shown.
    outputs = await readOutputs(stack, ["--show-secrets"]);
    found = receiversIn(outputs);
  }
  if (found.length > 0) return found;
  throw new Error(
    `The outputs of stack ${stack.name} name no receiver on AWS. Export a relay's \`receiver\` output, or name a local store with --store.`,
  );
}

async function readOutputs({ name, folder }: Stack, more: readonly string[]): Promise<Record<string, unknown>> {
  const pulumi = new Pulumi({ stack: name, cwd: folder });
  return JSON.parse(await pulumi.run(["stack", "output", "--json", ...more])) as Record<string, unknown>;
}

/** Relays that share a receiver are one entry with both names. */
export function receiversIn(outputs: Readonly<Record<string, unknown>>): HostedReceiver[] {
  const byQueue = new Map<string, HostedReceiver>();
  const look = (value: unknown, name: string): void => {
    if (typeof value !== "object" || value === null) return;
    const outputs = value as Record<string, unknown>;
    const { kind, region, queueUrl, deadLetterQueueUrl, tableName, dashboardUrl } = outputs;
    if (
      kind === "aws" &&
      typeof region === "string" &&
      typeof queueUrl === "string" &&
      typeof deadLetterQueueUrl === "string"
    ) {
      const known = byQueue.get(queueUrl);
      byQueue.set(queueUrl, {
        name: known === undefined ? name : `${known.name}, ${name}`,
        region,
        queueUrl,
        deadLetterQueueUrl,
        relays: [...(known?.relays ?? []), ...relayIn(outputs)],
        ...(typeof tableName === "string" && { tableName }),
        ...(typeof dashboardUrl === "string" && { dashboardUrl }),
      });
      return;
    }
    for (const [key, inner] of Object.entries(value)) look(inner, key === "receiver" ? name : key);
  };
  for (const [key, value] of Object.entries(outputs)) look(value, key);
  return [...byQueue.values()];
}

/** A relay's own output says which relay it is, and what is declared of it. */
function relayIn({ relay, controls }: Record<string, unknown>): RelayInOutputs[] {
  if (typeof relay !== "string") return [];
  const { filter } = (typeof controls === "object" && controls !== null ? controls : {}) as { filter?: unknown };
  return [{ name: relay, declared: controlsFrom(controls), ...(filter !== undefined && { filter }) }];
}
