import { remember } from "../../lifecycle/secrets";
import { type Place, mergedPlace, requireSameOrganisation } from "../../lifecycle/organisation";
import type { Run } from "../../lifecycle/run";
import type { KeyConnection } from "./connection";
import type { ApiKeyInputs, ApiKeyOutputs, RetiredKey } from "./fields";
import { revokeIssuedKey } from "./issued-key";
import { endOfOverlap, isPastOverlap } from "./overlap";
import { isRefusal, requireProofOfRevocation } from "./refused-key";

/** States of before there was an overlap know of none. */
export function retiredOf({ retired = [] }: Partial<ApiKeyOutputs>): RetiredKey[] {
  return retired;
}

/** The retired keys of a key that is about to get a successor, itself included where it is to be revoked at all. */
export function retiredBeside(known: ApiKeyOutputs, isRevoked: boolean): RetiredKey[] {
  const { keyId, token, issued, owner } = known;
  const key = { keyId, token, issued, owner, retiredAt: new Date().toISOString() };
  return isRevoked ? [...retiredOf(known), key] : retiredOf(known);
}

export function warnOfRetiredKey(
  { keyId }: ApiKeyOutputs,
  retired: readonly RetiredKey[],
  { name, overlapHours }: ApiKeyInputs,
  run: Run,
): void {
  const key = retired.find((one) => one.keyId === keyId);
  run.warn(
    key === undefined
      ? `API key "${name}" (${keyId}) has a successor and is left alone: revoke it in Kustomer under Settings > Security > API Keys once nothing uses it`
      : `API key "${name}" (${keyId}) has a successor and stays valid until ${endOfOverlap(key, overlapHours)}: the first \`pulumi up\` after that revokes it`,
  );
}

/** What to say of those that should be gone. */
export function overdue(name: string, retired: readonly RetiredKey[] = [], overlapHours: number): string[] {
  return retired
    .filter((key) => isPastOverlap(key, overlapHours))
    .map(
      (key) =>
        `the former API key "${name}" (${key.keyId}) was to stay valid until ${endOfOverlap(key, overlapHours)}: \`pulumi up\` revokes it`,
    );
}

/** Revokes those that are past their overlap; gives back the others. */
export async function revokeWhatIsPast(
  connection: KeyConnection,
  retired: readonly RetiredKey[],
  { name, overlapHours }: ApiKeyInputs,
  place: Partial<Place>,
): Promise<RetiredKey[]> {
  const past = retired.filter((key) => isPastOverlap(key, overlapHours));
  for (const key of past) await revokeKey(connection, { ...placeOnly(place), ...key, name });
  return retired.filter((key) => !past.includes(key));
}

/** By the issuer that made it; otherwise by itself, which a key always may. One that is gone already is no trouble. */
export async function revokeKey(
  { kustomer, issuer, run }: KeyConnection,
  key: Pick<RetiredKey, "keyId" | "token" | "issued" | "owner"> & Partial<Place> & { readonly name: string },
): Promise<void> {
  remember(key.token);
  const doing = `revoke API key "${key.name}" (${key.keyId})`;
  requireSameOrganisation(doing, key, kustomer.settingsPlace);
  if (key.issued && issuer !== undefined) return revokeIssuedKey(issuer, key, run);
  try {
    await kustomer.revokeCurrentAuthToken(key.token);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await requireProofOfRevocation(kustomer, doing, key, error);
  }
}

function placeOnly({ organisation, keyOrganisation, organisationName, baseUrl }: Partial<Place>): Place {
  return mergedPlace({ organisation, keyOrganisation, organisationName, baseUrl }, {});
}
