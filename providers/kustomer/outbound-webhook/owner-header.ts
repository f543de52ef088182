/** The header that says whose a webhook is. Kustomer sends it along with every event; it is no secret and names nobody. */
export const OWNER_HEADER = "x-relay-owner";

export function isOwnerHeader(name: string): boolean {
  return name.toLowerCase() === OWNER_HEADER;
}
