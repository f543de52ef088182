import { PartialFailure, RelayError, messageOf } from "../../lifecycle/errors";
import type { Offering } from "../../lifecycle/opt-ins";
import { remember, rememberSent } from "../../lifecycle/secrets";
import { Fates } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import type { OutboundWebhookData } from "../answers";
import type { KustomerClient } from "../client";
import { type KustomerConnection, connectToKustomer, placeFromSettings } from "../connection";
import { organisationProblems } from "../place";
import { verifyAccess } from "../verify-access";
import { Activation } from "./activation";
import { claimFor, importedClaim, othersOwner } from "./claim";
import { type Made, SupersededError, makeOrTakeOver } from "./creation";
import { ownDoublesOf, removeOwnDoubles, warnOfOthers, whoHas } from "./doubles";
import { type OutboundWebhookInputs, type OutboundWebhookOutputs, outboundWebhookFields } from "./fields";
import { ownerOf } from "./ownership";
import { bodyOf, takeOver } from "./registration";
import { handOver } from "./hand-over";
import { readSigningSecret } from "./read-signing-secret";
import { isSigningSecret } from "./signing-secret";
import {
  confirmSuccessor,
  isOwnMark,
  isSuccessor,
  noteHeld,
  requireRoom,
  waitForPredecessor,
  watchLater,
} from "./succession";
import { outputsFrom } from "./outputs";
import { sameUrl } from "./url";
import { verifyEvents } from "./verify-events";
import { locate, look } from "./whereabouts";

/** An outbound webhook: Kustomer signs events with its secret and sends them to `url`. */
export const outboundWebhook: Offering<
  OutboundWebhookInputs,
  OutboundWebhookOutputs,
  KustomerConnection,
  | "inputsFromSettings"
  | "noteFormer"
  | "verifyAccess"
  | "verifyInputs"
  | "problems"
  | "isDue"
  | "declared"
  | "beforeReplacing"
  | "list"
  | "existing"
> = {
  name: "KustomerOutboundWebhook",
  type: "kustomer:OutboundWebhook",
  ...outboundWebhookFields,

  connect: (settings, run) => ({ kustomer: connectToKustomer(settings, run), run }),

  inputsFromSettings: placeFromSettings,

  verifyAccess: ({ kustomer }, run) => verifyAccess(kustomer, run),

  verifyInputs: ({ kustomer }, { events }, run, former) => verifyEvents(kustomer, events, run, former.events),

  /** An imported one that carries somebody's claim is claimed by the first `up`. */
  isDue: ({ mark, generation }) => mark !== "" && generation === "",

  declared: ({ errorStays, isError, ...known }) => ({ ...known, isError: isError && errorStays === undefined }),

  beforeReplacing: requireRoom,

  noteFormer: noteHeld,

  problems: (inputs, _settings, former) => organisationProblems(`outbound webhook "${inputs.name}"`, former, inputs),

  async create({ kustomer: client, run }, inputs) {
    protect(inputs);
    await waitForPredecessor(client, inputs.mark, run);
    const adopted = inputs.adopt === undefined ? undefined : await adopt(client, inputs, inputs.adopt, run);
    const made = adopted ?? (await makeOrTakeOver(client, inputs, { run, isSuccessor: isSuccessor(inputs, run) }));
    const activation = new Activation(client, made, inputs, run);
    const outputs = await settle(client, inputs, activation, async () => {
      await activation.begin();
      if (!watchLater(inputs, activation, run)) await activation.keepOn();
    });
    return { id: outputs.webhookId, outputs };
  },

  async read({ kustomer: client, run }, id, given: Partial<OutboundWebhookOutputs>) {
    // Where the program names just an id (`opts.id`), nothing but the arguments is known.
    const { webhookId = id, headers = {} } = given;
    const known = { ...(given as OutboundWebhookOutputs), webhookId, headers };
    protect(known);
    if (given.webhookId === undefined) {
      const { webhook, all } = await look(client, id);
      if (webhook === undefined) throw notThere(client, `read outbound webhook ${id}`, all);
      return outputsFrom(known, webhook, "", client.placeOf([webhook]));
    }
    const doing = `read outbound webhook "${known.name}" (${webhookId})`;
    const { webhook, all } = await locate(client, doing, known, run);
    if (webhook === undefined) return undefined;
    const outputs = outputsFrom(known, webhook, known.signingSecret, client.placeOf([webhook]));
    warnOfOthers(known, webhook, all, run);
    const isDoubled = ownDoublesOf(known, all).length > 0;
    return { ...outputs, isDoubled, ...(outputs.isError && known.errorStays ? { errorStays: true } : {}) };
  },

  async update({ kustomer: client, run }, id, known, inputs) {
    protect(known);
    protect(inputs);
    const doing = `update outbound webhook "${inputs.name}" (${known.webhookId})`;
    const { webhook: found, all } = await locate(client, doing, known, run);
    const isMoved = !sameUrl(known.url, inputs.url);
    const claim = claimFor(known, inputs, found, run, isMoved);
    // What has it there already may have it on another machine.
    if (found !== undefined && known.secretFile?.path !== inputs.secretFile?.path)
      await handOver(client, inputs, { ...found, signingSecret: known.signingSecret }, run);
    const updated = found && (await client.updateOutboundWebhook(found.id, bodyOf(inputs, claim.generation)));
    if (updated === undefined)
      throw new RelayError({
        doing,
        what: "it no longer exists in Kustomer",
        next: "run `pulumi refresh`, then `pulumi up` makes a new one",
      });
    if (isMoved) warnOfOthers({ ...known, ...claim }, updated, all, run);
    const { signingSecret } = isSigningSecret(updated.signingSecret) ? updated : known;
    const webhook = { ...updated, signingSecret };
    const activation = new Activation(client, { webhook, generation: claim.generation, isNew: false }, inputs, run);
    const switchedOn = !known.enabled || known.isError || !updated.enabled;
    const kept = {
      ...claim,
      secretFile: inputs.secretFile,
      createdAt: known.createdAt,
      organisation: known.organisation,
    };
    return settle(
      client,
      inputs,
      activation,
      async () => {
        await removeOwnDoubles(client, known, all, run, inputs.url);
        if (switchedOn) await activation.keepOn();
      },
      { id, ...kept },
    );
  },

  async delete({ kustomer: client, run }, _id, known) {
    const doing = `delete outbound webhook "${known.name}" (${known.webhookId})`;
    let { webhook, all } = await locate(client, doing, known, run);
    // The watch of its successor takes a while, in which somebody may have taken it over.
    if (webhook !== undefined && othersOwner(known, webhook) === undefined && (await confirmSuccessor(known, run)))
      ({ webhook, all } = await locate(client, doing, known, run));
    const owner = webhook && othersOwner(known, webhook);
    if (owner !== undefined)
      // For `--replace` the engine shows neither `check` nor `diff` the old inputs, so it looks like a run that was interrupted.
      run.warn(
        run.of(Fates).isTakenOver(known.webhookId)
          ? `outbound webhook "${known.name}" (${known.webhookId}) is kept with its signing secret, because what replaces it has taken it over: for a new one raise \`rotation\``
          : `outbound webhook "${known.name}" (${known.webhookId}) was taken over ${whoHas(owner, known)}: it is left alone`,
      );
    else if (webhook !== undefined) await client.deleteOutboundWebhook(webhook.id);
    await removeOwnDoubles(client, known, all, run);
  },

  async list({ kustomer: client }) {
    return (await client.listOutboundWebhooks()).map(({ id, name, headers, url, enabled, isError, ofApp }) => ({
      id,
      name,
      managed: ownerOf(headers) !== undefined,
      properties: { url, enabled, isError, ofApp, headerNames: headers.map((header) => header.name) },
    }));
  },

  async existing({ kustomer: client }, id, given) {
    const webhook = await client.getOutboundWebhook(id);
    if (webhook === undefined) return undefined;
    if (new Set(webhook.headers.map(({ name }) => name.toLowerCase())).size < webhook.headers.length)
      throw new RelayError({
        what: "headers: one is sent twice, which cannot be declared",
        next: "remove one of the two in Kustomer (Settings > Platform > Outbound Webhooks), then run it again",
      });
    const secret = await readSigningSecret(client, webhook);
    const outputs = outputsFrom({ ...given, ...importedClaim(webhook) }, webhook, secret, client.placeOf([webhook]));
    protect(outputs);
    return outputs.isError ? { ...outputs, errorStays: true } : outputs;
  },
};

/**
 * Takes over the webhook that the program names. One that carries our own mark from another rotation is the one being
 * replaced: then a new one is made, as for any other rotation.
 */
async function adopt(
  client: KustomerClient,
  inputs: OutboundWebhookInputs,
  webhookId: string,
  run: Run,
): Promise<Made | undefined> {
  const doing = `adopt outbound webhook ${webhookId}`;
  const { webhook: existing, all } = await look(client, webhookId);
  if (existing === undefined) throw notThere(client, doing, all);
  const owner = ownerOf(existing.headers);
  if (owner?.rotation !== inputs.rotation && isOwnMark(owner?.mark, inputs, run)) return undefined;
  if (owner !== undefined && !isOwnMark(owner.mark, inputs, run))
    run.warn(
      `outbound webhook "${existing.name}" (${webhookId}) was managed by another resource (owner mark ${owner.mark}) until now, and is taken over by "${inputs.name}", which adopts it: ` +
        "declare it once, and take it out of the other state with `pulumi state delete`",
    );
  const taken = await takeOver(client, inputs, existing, run);
  if (taken === undefined) throw new RelayError({ doing, what: "it was deleted at this moment", next: "run it again" });
  return { ...taken, isNew: false };
}

function notThere(client: KustomerClient, doing: string, all: readonly OutboundWebhookData[]): RelayError {
  const there = all.map((webhook) => `"${webhook.name}" (${webhook.id})`).join(", ");
  const { organisationName, baseUrl } = client.settingsPlace;
  return new RelayError({
    doing,
    what: `there is no such webhook in this organisation (${organisationName === "" ? baseUrl : `${organisationName} at ${baseUrl}`}); there ${there === "" ? "is none at all" : `are ${there}`}`,
    next: "correct the id, or the address and the key",
  });
}

/** How many claims a state remembers; only the latest of them can still have an effect. */
const MOST_POSTED = 10;

/** Brings a webhook that exists to what is declared; from here on a failure leaves it in the state, to be finished by the next `up`. */
async function settle(
  client: KustomerClient,
  inputs: OutboundWebhookInputs,
  activation: Activation,
  work: () => Promise<void>,
  former: { id?: string } & Partial<OutboundWebhookOutputs> = {},
): Promise<OutboundWebhookOutputs> {
  const { id, ...known } = former;
  const outputs = (secret: string): OutboundWebhookOutputs => {
    const { now, generation, posted } = activation;
    const claim = {
      generation,
      postedGenerations: [...new Set([...(known.postedGenerations ?? []), ...posted])].slice(-MOST_POSTED),
    };
    const secretFile = known.secretFile ?? activation.handedOver;
    return outputsFrom({ ...known, ...inputs, ...claim, secretFile }, now, secret, client.placeOf([now]));
  };
  remember(activation.now.signingSecret);
  try {
    await work();
    const finished = outputs(await readSigningSecret(client, activation.now));
    return finished.isError ? { ...finished, errorStays: true } : finished;
  } catch (error) {
    if (error instanceof SupersededError) throw error;
    remember(activation.now.signingSecret);
    throw new PartialFailure(id ?? activation.now.id, outputs(""), [messageOf(error)]);
  }
}

/** Header values and the signing secret must not come back in a message. */
function protect(values: OutboundWebhookInputs & Partial<OutboundWebhookOutputs>): void {
  remember(values.signingSecret);
  rememberSent(...Object.values(values.headers));
}
