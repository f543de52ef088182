const resources = ["customer", "conversation", "message", "user", "team", "tag"] as const;
export type ResourceName = (typeof resources)[number];
export type EventVerb = "create" | "update";

/** Documented (DOC-CAT): create and update of six resources, no delete. */
export const subscribableEvents: readonly string[] = resources.flatMap((resource) => [
  `kustomer.${resource}.create`,
  `kustomer.${resource}.update`,
]);

export function parseEventName(name: string): { resource: ResourceName; verb: EventVerb } {
  const [, resource, verb] = name.split(".");
  const known = resources.find((each) => each === resource);
  if (known === undefined || !subscribableEvents.includes(name)) throw new Error(`${name} is not a Kustomer event.`);
  return { resource: known, verb: verb === "create" ? "create" : "update" };
}
