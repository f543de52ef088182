import type { Answer } from "../http";
import { parseJson } from "../http";
import type { WebhookRecord } from "../types";
import { subscribableEvents } from "./catalogue";
import { enveloped, ordered, transactionResource, webhookResource } from "./envelope";
import { errorAnswer, notFound, refuse } from "./errors";
import type { Call, Operation } from "./operation";
import { createWebhooks, deleteWebhooks, readWebhooks, updateWebhooks } from "./roles";
import { readWebhook } from "./webhook-input";

const family = "apps-platform";

/**
 * GET /v1/outbound-webhooks. Documented (API-OWL, OAS): `{data: […]}` without meta or links, so never paged. The query
 * parameters appDisabled, filter and from are documented by name only; they are taken and ignored.
 */
function list({ webhooks, store, profile }: Call): Answer {
  const resources = webhooks.shown().map((webhook) => webhookResource(webhook, store.state.org, profile, true));
  return { status: 200, body: enveloped(ordered(resources, profile), profile) };
}

/** POST /v1/outbound-webhooks. Documented (DOC-OW, HELP-OW, OAS); not idempotent, duplicates allowed: inferred. */
function create(call: Call): Answer {
  const { webhooks, profile, key, raw } = call;
  const fields = readWebhook(parseJson(raw), profile, {});
  if (webhooks.full()) {
    const message = `Only ${String(webhooks.limit)} outbound webhooks are allowed`;
    throw refuse(errorAnswer(profile, family, profile.limitStatus, message));
  }
  const webhook = webhooks.create({ ...fields, createdBy: key.userId });
  return { status: profile.createStatus, body: single(webhook, call), webhookId: webhook.id };
}

/** GET /v1/outbound-webhooks/{id}. Documented (OAS, DOC-DEL), the token included; its role is inferred. */
function get(call: Call): Answer {
  const webhook = found(call);
  if (!call.webhooks.shown().includes(webhook)) throw missing(call);
  return { status: 200, body: single(webhook, call) };
}

/** PATCH /v1/outbound-webhooks/{id}. Documented (OAS); that it merges, its role and its body are not. */
function update(call: Call): Answer {
  const { webhooks, profile, raw } = call;
  const webhook = found(call);
  const fields = readWebhook(parseJson(raw), profile, profile.patch === "merges" ? webhook : {});
  const enabledAgain = fields.enabled && !webhook.enabled && profile.isErrorOnEnable === "clears";
  webhooks.edit(webhook, enabledAgain ? { ...fields, isError: false } : fields);
  return profile.updateAnswer === "empty"
    ? { status: 200, webhookId: webhook.id }
    : { status: 200, body: single(webhook, call), webhookId: webhook.id };
}

/** DELETE /v1/outbound-webhooks/{id}. Documented (API-OWD); the success answer is not. */
function remove(call: Call): Answer {
  const webhook = found(call);
  call.webhooks.remove(webhook.id);
  return call.profile.deleteAnswer === "204-empty"
    ? { status: 204 }
    : { status: 200, body: { ...single(webhook, call), deleted: true } };
}

/** GET /v1/outbound-webhooks/events. Documented (DOC-CAT, OAS): a bare object, no envelope. Its role is inferred. */
function events(): Answer {
  return { status: 200, body: { events: subscribableEvents } };
}

/** GET /v1/outbound-webhooks/transactions and …/{webhookId}/transactions. Documented (OAS), without meta or links. */
function transactions(call: Call): Answer {
  const { store, profile, params } = call;
  const of = "id" in params ? found(call).id : undefined;
  const resources = store.state.transactions
    .filter((transaction) => of === undefined || transaction.webhookId === of)
    .map((transaction) => transactionResource(transaction, store.state.org, profile));
  return { status: 200, body: enveloped(ordered(resources, profile), profile) };
}

function found(call: Call): WebhookRecord {
  const webhook = call.webhooks.find(call.params.id ?? "");
  if (webhook === undefined) throw missing(call);
  return webhook;
}

const missing = ({ profile }: Call): Error => refuse(notFound(profile, family, "Outbound webhook not found"));

const single = (webhook: WebhookRecord, { store, profile }: Call): Record<string, unknown> =>
  enveloped(webhookResource(webhook, store.state.org, profile), profile);

const collection = "/v1/outbound-webhooks";

export const webhookOperations: Operation[] = [
  { method: "GET", pattern: collection, family, needs: readWebhooks, handler: list },
  { method: "POST", pattern: collection, family, needs: createWebhooks, handler: create },
  { method: "GET", pattern: `${collection}/events`, family, needs: readWebhooks, handler: events },
  { method: "GET", pattern: `${collection}/transactions`, family, needs: readWebhooks, handler: transactions },
  { method: "GET", pattern: `${collection}/:id/transactions`, family, needs: readWebhooks, handler: transactions },
  { method: "GET", pattern: `${collection}/:id`, family, needs: readWebhooks, handler: get },
  { method: "PATCH", pattern: `${collection}/:id`, family, needs: updateWebhooks, handler: update },
  { method: "DELETE", pattern: `${collection}/:id`, family, needs: deleteWebhooks, handler: remove },
];
