import * as z from "zod";
import { PartialFailure, RelayError, messageOf } from "../../lifecycle/errors";
import type { Offering } from "../../lifecycle/opt-ins";
import { remember, rememberSent } from "../../lifecycle/secrets";
import { warn } from "../../lifecycle/warn";
import { Activation } from "./activation";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import { connectToKustomer, isHttpsOrLoopback } from "../connection";
import { verifyAccess } from "../verify-access";
import { KUSTOMER_EVENTS, type KustomerEvent, RELAY_EVENTS, isKustomerEvent, nearestEvent } from "./events";
import { OWNER_HEADER, isOwnerHeader, newGeneration, ownerOf } from "./ownership";
import { SupersededError, bodyOf, register, sweepForgotten, sweepTwins } from "./registration";
import { isSigningSecret } from "./signing-secret";
import { follows, waitForPredecessor, requireRoom, confirmSuccessor, watchLater } from "./succession";
import { outputsFrom } from "./outputs";

/** What a person declares of an outbound webhook. */
export interface OutboundWebhookArgs {
  /** The name shown in Kustomer, up to 255 characters. Default: the resource's name. A change updates. */
  name?: string;
  /**
   * Where events are sent: an https URL (http only to this machine, for a sandbox). A change updates.
   *
   * @example "https://api.airkit.com/internal/sessions/v1/resource/kustomer/0b0e…/receive-message"
   */
  url: string;
  /**
   * The events that are sent, in any order: up to the twelve names of Kustomer's event catalog. Default: the two of the
   * vendor's guide, `kustomer.message.create` and `kustomer.conversation.update`. A change updates.
   */
  events?: KustomerEvent[];
  /**
   * Headers sent along with every event, name to value; the case of names does not count. A value may be a secret
   * (`pulumi.secret(…)`). A change updates. `x-relay-owner` is the package's own.
   *
   * @example { "x-team": "support", authorization: config.requireSecret("gatewayToken") }
   */
  headers?: Record<string, string>;
  /** Whether events are sent. Default `true`. A change updates; switching on is watched. */
  enabled?: boolean;
  /**
   * For how many seconds, 0 to 300, a webhook that was just created or switched on is watched, because Kustomer may switch
   * it off again; in a rotation the new one, before the former one goes. Default 10; 0 turns it off. A change touches nothing.
   */
  watchSeconds?: number;
  /**
   * A counter: raise it for a new signing secret. Kustomer cannot renew a secret in place, so a change replaces: the new
   * webhook is made first, what depends on its secret is updated, and then the old one is deleted. Default 0.
   */
  rotation?: number;
  /**
   * The id of an existing webhook to take over, with its signing secret. It is updated to what is declared here, never
   * replaced. The id may stay or be removed afterwards; naming another webhook replaces.
   */
  adopt?: string;
}

export interface OutboundWebhookInputs extends Required<Omit<OutboundWebhookArgs, "adopt">> {
  adopt?: string | undefined;
  mark: string;
  isError: boolean;
}

/** What is known of an outbound webhook once it exists. */
export interface OutboundWebhookOutputs extends OutboundWebhookInputs {
  /** Kustomer's id of the webhook. It differs from the resource's `id` only where the webhook had to be registered anew. */
  webhookId: string;
  /** The signing secret: the key of the HMAC-SHA256 in `X-Kustomer-Webhook-Signature`. Secret. */
  signingSecret: string;
  /** Which attempt made the webhook; part of the mark. */
  generation: string;
  /** Set where Kustomer's error flag did not go away by switching the webhook on: then it is no drift, until it has been away. */
  errorStays?: true;
  /** When it was created, ISO 8601; empty where Kustomer does not say. */
  createdAt: string;
  /** When it was last changed, ISO 8601; empty where Kustomer does not say. */
  updatedAt: string;
}

const eventName = z.string().superRefine((name, context) => {
  if (!isKustomerEvent(name))
    context.addIssue({ code: "custom", message: `no such event; did you mean "${nearestEvent(name)}"?` });
});

const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, "not a header name")
  .refine((name) => !isOwnerHeader(name), `${OWNER_HEADER} is set by this package and tells whose the webhook is`);

const inputs = z.object({
  name: z.string().trim().min(1, "must not be empty").max(255, "must have at most 255 characters"),
  url: z
    .string({ error: "is required: the https URL that receives the events" })
    .refine(isHttpsOrLoopback, "must be an https URL (http only to this machine)"),
  events: z.array(eventName).min(1, "must name at least one event").default(RELAY_EVENTS) as unknown as z.ZodType<
    KustomerEvent[]
  >,
  headers: z
    .record(headerName, z.string())
    .default({})
    .refine(
      (headers) => new Set(Object.keys(headers).map((name) => name.toLowerCase())).size === Object.keys(headers).length,
      "names a header twice, in different case",
    ),
  enabled: z.boolean().default(true),
  watchSeconds: z.number().int("must be a whole number of seconds").min(0).max(300).default(10),
  rotation: z.number().int("must be a whole number").min(0).default(0),
  adopt: z.string().min(1, "must be the id of a webhook").optional(),
  mark: z.string(),
  isError: z.literal(false).default(false) as unknown as z.ZodType<boolean>,
});

/** An outbound webhook: Kustomer signs events with its secret and sends them to `url`. */
export const outboundWebhook: Offering<
  OutboundWebhookInputs,
  OutboundWebhookOutputs,
  KustomerClient,
  "verifyAccess" | "declared" | "beforeReplacing" | "list" | "existing"
> = {
  name: "KustomerOutboundWebhook",
  type: "kustomer:OutboundWebhook",
  doc: "An outbound webhook of a Kustomer organisation: it signs events and sends them to a URL.",
  inputs,
  fields: {
    name: { change: "update", doc: "Name shown in Kustomer, up to 255 characters." },
    url: { change: "update", doc: "Where events are sent: https (http only to this machine)." },
    events: {
      change: "update",
      compare: "set",
      doc: `Which of Kustomer's ${KUSTOMER_EVENTS.length} events are sent; \`KUSTOMER_EVENTS\` has their names.`,
    },
    headers: {
      change: "update",
      compare: "case-insensitive map",
      doc: "Headers sent along, name to value; values may be secrets.",
    },
    enabled: { change: "update", doc: "Whether events are sent. Switching on is watched." },
    watchSeconds: {
      change: "update",
      compare: "ignored",
      doc: "Seconds, 0 to 300, for which it is watched after it was created or switched on.",
    },
    rotation: { change: "replace", doc: "Counter: raise it for a new webhook with a new signing secret." },
    adopt: { change: "replace", compare: "identity", doc: "Id of an existing webhook to take over, secret included." },
    mark: { change: "update", compare: "ignored", internal: true, doc: "Opaque mark of the declaring resource." },
    isError: {
      change: "update",
      internal: true,
      doc: "Kustomer's own error flag, declared to be off.",
      output: "Kustomer's own error flag: true when deliveries keep failing.",
    },
  },
  outputs: {
    webhookId: { doc: "Kustomer's id of the webhook." },
    signingSecret: { secret: true, doc: "Signing secret: the key of the HMAC-SHA256 over the raw body." },
    generation: { internal: true, doc: "Which attempt made the webhook." },
    errorStays: { internal: true, doc: "Set where the error flag did not go away by switching the webhook on." },
    createdAt: { doc: "When it was created, ISO 8601; empty where Kustomer does not say." },
    updatedAt: { doc: "When it was last changed, ISO 8601; empty where Kustomer does not say." },
  },

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
