import { RelayError } from "../../lifecycle/errors";
import { remember } from "../../lifecycle/secrets";
import { type Place, isElsewhere, mergedPlace } from "../../lifecycle/organisation";
import type { Run } from "../../lifecycle/run";
import type { AuthTokenData } from "../answers";
import type { KustomerConnection } from "../connection";
import { KustomerError } from "../failure";
import { placeOfKey } from "../place";
import type { ApiKeyInputs, ApiKeyOutputs, RetiredKey } from "./fields";
import { revokeAfter } from "./overlap";
import { missingRoles } from "../roles";

const DAY_MS = 24 * 3600_000;

/** The key as Kustomer knows it, if it is one that works and has the roles. */
export async function verifyKey(
  { kustomer, run }: KustomerConnection,
  inputs: ApiKeyInputs,
  { token, issued, owner, retired }: Held,
): Promise<ApiKeyOutputs> {
  remember(token);
  const doing = `verify API key "${inputs.name}"`;
  const { keyOrganisation, organisationName, baseUrl } = placeOfKey(token, kustomer.settingsPlace.baseUrl);
  if (isElsewhere({ keyOrganisation }, kustomer.settingsPlace))
    throw new RelayError({
      doing,
      what: `it belongs to the organisation ${organisationName} (${keyOrganisation}), but the management key at ${baseUrl} to ${kustomer.settingsPlace.organisationName} (${kustomer.settingsPlace.keyOrganisation})`,
      next: "set a key of the same organisation",
    });
  const current = await kustomer.currentAuthToken(token).catch((error: unknown) => {
    throw error instanceof KustomerError ? error.whileDoing(doing) : error;
  });
  if (hasExpired(current))
    throw new RelayError({
      doing: `${doing} (${current.id})`,
      what: `it expired at ${current.expiresAt ?? ""}`,
      next: "create a new one in Kustomer under Settings > Security > API Keys",
    });
  const missing = missingRoles(inputs.roles, current.roles);
  if (missing.length > 0) {
    throw new RelayError({
      doing: `${doing} (${current.id})`,
      what: `it lacks ${missing.length === 1 ? "the role" : "the roles"} ${missing.join(", ")}`,
      next: "roles cannot be added to a key: create a new one in Kustomer under Settings > Security > API Keys, and set its token",
    });
  }
  const known = { ...inputs, token, issued, owner, retired };
  warnOfExpiry(known, current, run);
  return describeKey(known, current, kustomer.placeOf([current]));
}

/** What is known of a key before Kustomer is asked. */
interface Held {
  readonly token: string;
  readonly issued: boolean;
  /** Under which the issuer has it; empty for a key that a person made. */
  readonly owner: string;
  readonly retired: readonly RetiredKey[];
}

export function warnOfExpiry(known: Parameters<typeof nearEnd>[0], key: Parameters<typeof nearEnd>[1], run: Run): void {
  for (const text of nearEnd(known, key)) run.warn(text);
}

/** What is known of the key, in the words of the declaration. */
export function describeKey(
  known: ApiKeyInputs & Held & { readonly organisation?: string },
  current: AuthTokenData,
  place: Place,
): ApiKeyOutputs {
  const { expiresInDays, revokeOnDelete } = known;
  const retired = [...known.retired];
  return {
    name: known.name,
    token: known.token,
    // A role that was lost shows as drift of `roles`; more roles than required do not.
    roles: known.roles.filter((role) => missingRoles([role], current.roles).length === 0),
    ...(expiresInDays === undefined ? {} : { expiresInDays }),
    warnBeforeDays: known.warnBeforeDays,
    rotation: known.rotation,
    overlapHours: known.overlapHours,
    ...(revokeOnDelete === undefined ? {} : { revokeOnDelete }),
    mark: known.mark,
    keyId: current.id,
    grantedRoles: [...current.roles].sort(),
    lastTokenChars: current.lastTokenChars ?? "",
    expiresAt: current.expiresAt ?? "",
    issued: known.issued,
    owner: known.owner,
    ...mergedPlace(known, place),
    revokeAfter: revokeAfter(retired, known.overlapHours),
    retired,
  };
}

export function hasExpired({ expiresAt }: AuthTokenData): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
}

export function nearEnd(
  { name, warnBeforeDays, issued }: Pick<ApiKeyOutputs, "name" | "warnBeforeDays" | "issued">,
  { id, expiresAt }: Pick<AuthTokenData, "id" | "expiresAt">,
): string[] {
  const days =
    expiresAt === undefined || expiresAt === ""
      ? Number.POSITIVE_INFINITY
      : (Date.parse(expiresAt) - Date.now()) / DAY_MS;
  if (!(days <= warnBeforeDays)) return [];
  const next = issued
    ? "raise `rotation` for a new one"
    : "create a new one in Kustomer under Settings > Security > API Keys and set its token";
  const when = days <= 0 ? "expired" : `expires in ${Math.floor(days)} days,`;
  return [`API key "${name}" (${id}) ${when} at ${expiresAt ?? ""}: ${next}`];
}
