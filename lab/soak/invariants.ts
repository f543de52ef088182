import { isDeepStrictEqual } from "node:util";
import { OWNER_HEADER } from "../../providers/kustomer/outbound-webhook/owner-header";
import type { Project } from "../project";
import type { DeclaredRelay, Estate } from "./estate";

interface RelayOutputs {
  readonly webhookId: string;
  readonly signingSecret: string;
  readonly kustomerApiKey: string;
}

/** What is wrong, in words; after each round nothing may be. */
export async function violations(estate: Estate, project: Project, printed: string): Promise<string[]> {
  const { resources, pending } = await project.deployment();
  const outputs = (await project.outputs()) as Record<string, RelayOutputs | undefined>;
  const wrong = estate.relays.flatMap((relay) => ofRelay(estate, relay, outputs[relay.name]));
  for (const [index, sandbox] of estate.orgs.entries()) {
    const declared = estate.relays.filter(({ org }) => org === index).length;
    const [webhooks, keys] = [
      sandbox.webhooks().length,
      sandbox.keys().filter(({ owner }) => owner !== undefined).length,
    ];
    if (webhooks !== declared) wrong.push(`org ${index} has ${webhooks} webhooks, of ${declared} declared`);
    if (keys !== declared) wrong.push(`org ${index} has ${keys} issued keys, of ${declared} declared`);
    const flows = sandbox.airkitObjects("routing-flows").length;
    if (flows !== declared) wrong.push(`org ${index} has ${flows} routing flows, of ${declared} declared`);
  }
  if (pending > 0) wrong.push(`${pending} pending operations`);
  for (const { urn, initErrors = [] } of resources)
    if (initErrors.length > 0) wrong.push(`${urn} is unfinished: ${initErrors.join("; ")}`);
  const everything = project.everythingWritten() + printed;
  const shown = [...estate.secrets()].filter((secret) => everything.includes(secret));
  if (shown.length > 0) wrong.push(`${shown.length} secrets are written or printed in clear`);
  return wrong;
}

function ofRelay(estate: Estate, relay: DeclaredRelay, outputs: RelayOutputs | undefined): string[] {
  const sandbox = estate.org(relay);
  const webhook = sandbox.webhooks().find(({ id }) => id === outputs?.webhookId);
  if (outputs === undefined || webhook === undefined) return [`${relay.name}: its webhook is not there`];
  const account = sandbox.airkitObjects("accounts").find(({ name }) => name === `${relay.name}-account`);
  const flow = sandbox.airkitObjects("routing-flows").find(({ name }) => name === `${relay.name}-routing-flow`);
  const url = relay.secretFile === undefined ? sandbox.url : "https://relay.example.com/";
  const facts: [string, unknown, unknown][] = [
    ["is on", webhook.enabled && !webhook.isError, true],
    ["name", webhook.name, relay.webhookName],
    ["events", [...webhook.events].sort(), [...relay.events].sort()],
    ["headers", webhook.headers.map(({ name }) => name).join(), OWNER_HEADER],
    ["url", webhook.url.startsWith(url), true],
    ["signing secret in the state", outputs.signingSecret, webhook.token],
    ["signing secret in Airkit", flow?.webhookSecretKey, webhook.token],
    ["signing secret in its file", estate.secretFileOf(relay), relay.secretFile === undefined ? "" : webhook.token],
    ["API key in Airkit", account?.apiKey, outputs.kustomerApiKey],
  ];
  // The facts may be secrets: named, never shown.
  return facts
    .filter(([, is, should]) => !isDeepStrictEqual(is, should))
    .map(([what]) => `${relay.name}: ${what} is not as declared`);
}
