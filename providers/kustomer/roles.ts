/** Roles are dot-paths; a parent grants its children, and `org` grants all (inferred: no page says so). */
export function missingRoles(required: readonly string[], granted: readonly string[]): string[] {
  return required.filter((role) => !granted.some((grant) => role === grant || role.startsWith(`${grant}.`)));
}

/** What a call needs: any one of these (API-OWL, API-TOKL); the first is the one to give a key. */
export const TO_LIST_WEBHOOKS = [
  "org.permission.outbound_webhook.read",
  "org.outbound_webhooks",
  "org.admin.outbound_webhooks",
] as const;
export const TO_LIST_KEYS = ["org.permission.security", "org.admin.security"] as const;

/** Whether a key with these roles certainly may not. */
export function lacksAll(anyOf: readonly string[], granted: readonly string[]): boolean {
  return granted.length > 0 && missingRoles(anyOf, granted).length === anyOf.length;
}
