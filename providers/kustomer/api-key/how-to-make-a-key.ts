import type { Settings } from "../../lifecycle/settings";

/** Where an admin makes one, in Kustomer. */
export const KEYS_PAGE = "Kustomer > Settings > Security > API Keys > Add API Key";

/** Kustomer offers no endpoint that creates an API key (API-TOKL, API-TOKC), so a person has to; these are the clicks. */
export function howToMakeAKey(
  { name, roles }: { name: string; roles: readonly string[] },
  settings: Settings,
  where = "run `pulumi config set --secret <key>`, which asks for it, and pass that secret as `token`",
): string {
  return [
    `token: no API key is given, and Kustomer has no endpoint that creates one. Make it by hand:`,
    `1. ${KEYS_PAGE}`,
    `2. name "${name}", roles ${roles.join(", ")}, and an expiration time`,
    `3. Create, and copy the token: it is shown once`,
    `4. ${where}`,
    `Or let a gateway of yours issue keys: ${settings.howToSet("kustomer:issuerUrl")}`,
  ].join("\n  ");
}
