import { PartialFailure, RelayError, messageOf } from "../../lifecycle/errors";
import type { Offering } from "../../lifecycle/opt-ins";
import { remember, rememberSent } from "../../lifecycle/secrets";
import { warn } from "../../lifecycle/warn";
import { Activation } from "./activation";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import { connectToKustomer } from "../connection";
import { verifyAccess } from "../verify-access";
import { type OutboundWebhookInputs, type OutboundWebhookOutputs, outboundWebhookFields } from "./fields";
import { newGeneration, ownerOf } from "./ownership";
import { SupersededError, bodyOf, register, sweepForgotten, sweepTwins } from "./registration";
import { isSigningSecret } from "./signing-secret";
import { follows, waitForPredecessor, requireRoom, confirmSuccessor, watchLater } from "./succession";
import { outputsFrom } from "./outputs";

/** An outbound webhook: Kustomer signs events with its secret and sends them to `url`. */
export const outboundWebhook: Offering<
  OutboundWebhookInputs,
  OutboundWebhookOutputs,
  KustomerClient,
  "verifyAccess" | "declared" | "beforeReplacing" | "list" | "existing"
> = {
  name: "KustomerOutboundWebhook",
  type: "kustomer:OutboundWebhook",
  ...outboundWebhookFields,

  connect: connectToKustomer,

  verifyAccess,

  declared: ({ errorStays, isError, ...known }) => ({ ...known, isError: isError && errorStays === undefined }),

  beforeReplacing: requireRoom,

  async create(client, inputs) {
    protect(inputs);
    await waitForPredecessor(client, inputs.mark);
    const adopted = inputs.adopt === undefined ? undefined : await adopt(client, inputs, inputs.adopt);
    const webhook = adopted ?? (await register(client, inputs));
    const outputs = await settle(client, inputs, webhook, true);
    return { id: outputs.webhookId, outputs };
  },

  async read(client, id, given: Partial<OutboundWebhookOutputs>) {
    // Where the program names just an id (`opts.id`), nothing but the arguments is known.
    const { webhookId = id, headers = {} } = given;
    const known = { ...(given as OutboundWebhookOutputs), webhookId, headers };
    protect(known);
    const webhook = await client.getOutboundWebhook(known.webhookId);
    if (webhook === undefined) {
      if (given.webhookId === undefined) throw await notThere(client, `read outbound webhook ${id}`);
      return undefined;
    }
    const outputs = outputsFrom(known, webhook, known.signingSecret);
    return outputs.isError && known.errorStays ? { ...outputs, errorStays: true } : outputs;
  },

  async update(client, id, known, inputs) {
    protect(known);
    protect(inputs);
    const webhook = await client.updateOutboundWebhook(known.webhookId, bodyOf(inputs, known.generation));
    if (webhook === undefined) {
      throw new RelayError(
        `update outbound webhook "${inputs.name}" (${known.webhookId}): it no longer exists in Kustomer; run \`pulumi refresh\`, then \`pulumi up\` makes a new one`,
      );
    }
    const switchedOn = !known.enabled || known.isError || !webhook.enabled;
    return settle(
      client,
      inputs,
      isSigningSecret(webhook.signingSecret) ? webhook : { ...webhook, signingSecret: known.signingSecret },
      switchedOn,
      id,
    );
  },

  async delete(client, _id, known) {
    const webhook = await client.getOutboundWebhook(known.webhookId);
    if (webhook === undefined) return;
    const owner = ownerOf(webhook.headers);
    if (owner !== undefined && (owner.mark !== known.mark || owner.generation !== known.generation)) {
      warn(
        `outbound webhook "${known.name}" (${known.webhookId}) now belongs to another resource, which has adopted it: it is left alone`,
      );
      return;
    }
    await confirmSuccessor(known);
    await client.deleteOutboundWebhook(known.webhookId);
  },

  async list(client) {
    return (await client.listOutboundWebhooks()).map(({ id, name, headers, url, enabled, isError, ofApp }) => ({
      id,
      name,
      managed: ownerOf(headers) !== undefined,
      properties: { url, enabled, isError, ofApp, headerNames: headers.map((header) => header.name) },
    }));
  },

  async existing(client, id, given) {
    const webhook = await client.getOutboundWebhook(id);
    if (webhook === undefined) return undefined;
    if (new Set(webhook.headers.map(({ name }) => name.toLowerCase())).size < webhook.headers.length)
      throw new RelayError("headers: one is sent twice, which cannot be declared");
    // One that nobody has marked gets its mark with its first update.
    const owner = ownerOf(webhook.headers) ?? { mark: "", rotation: 0, generation: newGeneration() };
    const outputs = outputsFrom({ ...given, ...owner }, webhook, await readSigningSecret(client, webhook));
    protect(outputs);
    return outputs.isError ? { ...outputs, errorStays: true } : outputs;
  },
};

/**
 * Takes over an existing webhook. One that carries our own mark from another rotation is the one being replaced: then a
 * new one is made, as for any other rotation.
 */
async function adopt(
  client: KustomerClient,
  inputs: OutboundWebhookInputs,
  webhookId: string,
): Promise<OutboundWebhookData | undefined> {
  const doing = `adopt outbound webhook ${webhookId}`;
  const existing = await client.getOutboundWebhook(webhookId);
  if (existing === undefined) throw await notThere(client, doing);
  const owner = ownerOf(existing.headers);
  if (owner?.mark === inputs.mark && owner.rotation !== inputs.rotation) return undefined;
  const updated = await client.updateOutboundWebhook(webhookId, bodyOf(inputs, newGeneration()));
  if (updated === undefined) throw await notThere(client, doing);
  return isSigningSecret(updated.signingSecret) ? updated : { ...updated, signingSecret: existing.signingSecret };
}

async function notThere(client: KustomerClient, doing: string): Promise<RelayError> {
  const there = (await client.listOutboundWebhooks()).map((webhook) => `"${webhook.name}" (${webhook.id})`).join(", ");
  return new RelayError(
    `${doing}: there is no such webhook in this organisation; there ${there === "" ? "is none at all" : `are ${there}`}`,
  );
}

/** Brings a webhook that exists to what is declared; from here on a failure leaves it in the state, to be finished by the next `up`. */
async function settle(
  client: KustomerClient,
  inputs: OutboundWebhookInputs,
  webhook: OutboundWebhookData,
  switchedOn: boolean,
  id?: string,
): Promise<OutboundWebhookOutputs> {
  const sweep = (kept: OutboundWebhookData): Promise<OutboundWebhookData[]> =>
    (id === undefined ? sweepTwins : sweepForgotten)(client, kept, inputs);
  const generation = ownerOf(webhook.headers)?.generation ?? newGeneration();
  const activation = new Activation(client, webhook, inputs, generation, sweep);
  remember(webhook.signingSecret);
  try {
    const others = await sweep(webhook);
    if (id === undefined && follows(others, inputs)) watchLater(inputs.mark, activation);
    else if (switchedOn) await activation.keepOn();
    const outputs = outputsFrom(inputs, activation.now, await readSigningSecret(client, activation.now));
    return outputs.isError ? { ...outputs, errorStays: true } : outputs;
  } catch (error) {
    if (error instanceof SupersededError) throw error;
    remember(activation.now.signingSecret);
    throw new PartialFailure(id ?? activation.now.id, outputsFrom(inputs, activation.now, ""), [messageOf(error)]);
  }
}

/** The answer to a create may be masked or bare; the webhook itself has the secret (DOC-DEL). */
async function readSigningSecret(client: KustomerClient, webhook: OutboundWebhookData): Promise<string> {
  const secret = isSigningSecret(webhook.signingSecret)
    ? webhook.signingSecret
    : (await client.getOutboundWebhook(webhook.id))?.signingSecret;
  remember(secret);
  if (isSigningSecret(secret)) return secret;
  throw new RelayError(
    `outbound webhook "${webhook.name}" (${webhook.id}): Kustomer does not show its signing secret; check that the key has the role org.permission.outbound_webhook, then run \`pulumi up\` again`,
  );
}

/** Header values and the signing secret must not come back in a message. */
function protect(values: OutboundWebhookInputs & Partial<OutboundWebhookOutputs>): void {
  remember(values.signingSecret);
  rememberSent(...Object.values(values.headers));
}
