import { RelayError } from "../lifecycle/errors";
import type { KustomerClient } from "./client";
import { lacksAll } from "./roles";

/** A list with nothing in it may be what a key gets that may not list: then it does not say that something is gone. */
export async function requireMayList(
  client: KustomerClient,
  doing: string,
  anyOf: readonly [string, ...string[]],
): Promise<void> {
  const { roles } = await client.currentAuthToken();
  if (lacksAll(anyOf, roles))
    throw new RelayError({
      doing,
      what: `it is in no list, but the management key lacks the role ${anyOf[0]}, without which a list may be empty`,
      next: "nothing was changed: create a key with that role in Kustomer under Settings > Security > API Keys, and set it as kustomer:apiKey",
    });
}
