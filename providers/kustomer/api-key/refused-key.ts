import { RelayError, sentence } from "../../lifecycle/errors";
import { type Place, requireProofOfAbsence } from "../../lifecycle/organisation";
import type { KustomerClient } from "../client";
import { requireMayList } from "../empty-list";
import { KustomerError, isWrongRegion } from "../failure";
import { TO_LIST_KEYS } from "../roles";
import { hasExpired } from "./key-verification";

/** What a state knows of a key that is refused. */
export interface RefusedKey extends Partial<Place> {
  readonly keyId: string;
  /** ISO 8601; empty for never. */
  readonly expiresAt?: string;
}

/** Whether Kustomer refused the key itself. The wrong region refuses it too, but says nothing of the key. */
export function isRefusal(error: unknown): error is KustomerError {
  return error instanceof KustomerError && error.status === 401 && !isWrongRegion(error.said);
}

/**
 * A key that is refused is gone if the list of its own organisation does not have it, or tells that it has expired. A 401
 * alone proves nothing: another organisation, a wrong address and a gateway answer that, too.
 */
export async function requireProofOfRevocation(
  kustomer: KustomerClient,
  doing: string,
  known: RefusedKey,
  refusal: KustomerError,
): Promise<void> {
  const keys = await kustomer.listApiKeys().catch((error: unknown) => {
    if (error instanceof KustomerError && error.status === 403) return undefined;
    throw error;
  });
  requireProofOfAbsence(doing, known, await kustomer.comparablePlace(keys ?? [], known));
  if (keys?.length === 0) await requireMayList(kustomer, doing, TO_LIST_KEYS);
  // While it is read page by page a list may shift, and leave one out.
  const listed = keys && (keys.find(({ id }) => id === known.keyId) ?? (await kustomer.getAuthToken(known.keyId)));
  const isExpired = Date.parse(known.expiresAt ?? "") <= Date.now() || (listed !== undefined && hasExpired(listed));
  // What it says counts, now that it is known to come from the right place.
  if (isExpired || /expired/i.test(refusal.said ?? "")) return;
  if (keys !== undefined && listed === undefined) return;
  const refused = `it is refused (${sentence({ what: refusal.what, requestId: refusal.requestId, said: refusal.said })})`;
  throw new RelayError(
    keys === undefined
      ? {
          doing,
          what: `${refused}, and whether it was revoked cannot be told, because the management key may not list API keys (role org.permission.security)`,
          next: "nothing was changed: give the management key that role, or have the key replaced: a new `token`, or another `rotation` where keys are issued",
        }
      : {
          doing,
          what: `${refused}, although the organisation has it`,
          next: "nothing was changed: check in Kustomer under Settings > Security > API Keys from which addresses it may be used",
        },
  );
}
