/** The roles that the vendor's guide gives a relay's key. */
export const RELAY_ROLES = [
  "org.permission.conversation",
  "org.permission.customer",
  "org.permission.message",
  "org.permission.routing",
  "org.permission.user",
];

/** Roles are dot-paths; a parent grants its children, and `org` grants all (inferred: no page says so). */
export function missingRoles(required: readonly string[], granted: readonly string[]): string[] {
  return required.filter((role) => !granted.some((grant) => role === grant || role.startsWith(`${grant}.`)));
}
