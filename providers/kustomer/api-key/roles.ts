/** The roles that the vendor's guide gives a relay's key. */
export const RELAY_ROLES = [
  "org.permission.conversation",
  "org.permission.customer",
  "org.permission.message",
  "org.permission.routing",
  "org.permission.user",
];
