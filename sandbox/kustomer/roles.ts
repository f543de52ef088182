/** An operation asks for any one of these roles. */
export type Roles = readonly string[];

/** Inferred: a role grants its children by dot-path, as `org.permission.outbound_webhook` does its `.read`. */
export function grants(held: string, wanted: string): boolean {
  return held === wanted || wanted.startsWith(`${held}.`);
}

export function satisfies(held: readonly string[], anyOf: Roles): boolean {
  return anyOf.some((wanted) => held.some((role) => grants(role, wanted)));
}

/** Documented for list (API-OWL) and delete (API-OWD); the rest by the same pattern, inferred. */
const webhookRoles = (verb: string): Roles => [
  "org.outbound_webhooks",
  `org.permission.outbound_webhook.${verb}`,
  "org.admin.outbound_webhooks",
];

export const readWebhooks = webhookRoles("read");
export const createWebhooks = webhookRoles("create");
export const updateWebhooks = webhookRoles("update");
export const deleteWebhooks = webhookRoles("delete");

/** Documented (API-TOKL, API-TOKD). */
export const manageSecurity: Roles = ["org.permission.security", "org.admin.security"];

/** Names for /v1/auth/roles: those that Kustomer's pages mention. */
export const knownRoles: Roles = [
  "org",
  "org.admin",
  "org.admin.apps",
  "org.admin.outbound_webhooks",
  "org.admin.security",
  "org.outbound_webhooks",
  "org.permission.conversation",
  "org.permission.conversation.create",
  "org.permission.customer",
  "org.permission.customer.create",
  "org.permission.message",
  "org.permission.message.create",
  "org.permission.outbound_webhook",
  "org.permission.outbound_webhook.create",
  "org.permission.outbound_webhook.delete",
  "org.permission.outbound_webhook.read",
  "org.permission.outbound_webhook.update",
  "org.permission.queue",
  "org.permission.routing",
  "org.permission.security",
  "org.permission.user",
  "org.tracking",
];
