import { RelayError } from "../../lifecycle/errors";
import { remember } from "../../lifecycle/secrets";
import { warn } from "../../lifecycle/warn";
import type { AuthTokenData } from "../answers";
import type { ApiKeyInputs, ApiKeyOutputs, RetiredKey } from "./fields";
import type { KustomerClient } from "../client";
import { KustomerError } from "../failure";
import { revokeAfter } from "./retired-key";
import { missingRoles } from "./roles";

const DAY_MS = 24 * 3600_000;

/** The key as Kustomer knows it, if it is one that works and has the roles. */
export async function verifyKey(
  kustomer: KustomerClient,
  inputs: ApiKeyInputs,
  token: string,
  issued: boolean,
  retired: readonly RetiredKey[] = [],
): Promise<ApiKeyOutputs> {
  remember(token);
  const current = await kustomer.currentAuthToken(token).catch((error: unknown) => {
    throw error instanceof KustomerError ? error.whileDoing(`verify API key "${inputs.name}"`) : error;
  });
  if (hasExpired(current))
    throw new RelayError(
      `verify API key "${inputs.name}" (${current.id}): it expired at ${current.expiresAt ?? ""}; create a new one in Kustomer under Settings > Security > API Keys`,
    );
  const missing = missingRoles(inputs.roles, current.roles);
  if (missing.length > 0) {
    throw new RelayError(
      `verify API key "${inputs.name}" (${current.id}): it lacks ${missing.length === 1 ? "the role" : "the roles"} ${missing.join(", ")}; ` +
        "roles cannot be added to a key: create a new one in Kustomer under Settings > Security > API Keys, and set its token",
    );
  }
  const known = { ...inputs, token, issued, retired };
  warnOfExpiry(known, current);
  return describeKey(known, current);
}

export function warnOfExpiry(...key: Parameters<typeof nearEnd>): void {
  nearEnd(...key).forEach(warn);
}

/** What is known of the key, in the words of the declaration. */
export function describeKey(
  known: ApiKeyInputs & { token: string; issued: boolean; retired?: readonly RetiredKey[] },
  current: AuthTokenData,
): ApiKeyOutputs {
  const { expiresInDays, revokeOnDelete } = known;
  const retired = [...(known.retired ?? [])];
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
