import { createHash } from "node:crypto";
import { HeldClaims, isTakenOver, newGeneration, ownerFrom, ownerText } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import { remember } from "../../lifecycle/secrets";
import type { ApiKeyInputs, ApiKeyOutputs, RetiredKey } from "./fields";
import { noteStraying, requireNoStraying } from "../place";
import type { ApiKeyIssuer, IssuedKey } from "./issuer";
import { revokeAfter } from "./overlap";

/** This kind of object, among the claims that a run holds. */
const KIND = "API key";

/** A key just issued, and the claim under which the issuer has it. */
export interface OwnedKey extends IssuedKey {
  readonly owner: string;
}

/** `check` has seen a key with what was declared before: a state holds it. */
export function noteHeld(former: ApiKeyInputs, declared: Partial<ApiKeyInputs>, run: Run): void {
  run.of(HeldClaims).note(KIND, former);
  noteStraying(former, declared, run);
}

/**
 * Has a key made. An attempt that is repeated gives the same key again, since it goes under the same idempotency key: that
 * of what is asked for and, where there is one, of the key whose place it takes. A key that is in use is never revoked for
 * it: what else the issuer has of ours is left, and named.
 */
export async function issueKey(
  issuer: ApiKeyIssuer,
  inputs: ApiKeyInputs,
  predecessor: Pick<ApiKeyOutputs, "keyId" | "retired"> | undefined,
  run: Run,
): Promise<OwnedKey> {
  const { name, roles, expiresInDays, mark, rotation } = inputs;
  const existing = await issuer.list(mark, `issue API key "${name}"`);
  requireNoStraying(`issue API key "${name}"`, run);
  const latest = existing
    .map(({ owner = "" }) => ownerFrom(owner)?.generation ?? "")
    .sort()
    .at(-1);
  const generation = newGeneration(latest);
  const owner = ownerText({ mark, rotation, generation });
  const isHeld = predecessor === undefined && run.of(HeldClaims).has(KIND, inputs);
  const idempotencyKey = [mark, rotation, digestOf(inputs), predecessor?.keyId, ...(isHeld ? [generation] : [])]
    .filter((part) => part !== undefined)
    .join(".");
  const order = { name, roles, owner, ...(expiresInDays === undefined ? {} : { expiresInDays }) };
  const issued = await issuer.issue(order, idempotencyKey);
  remember(issued.token);
  const own = [issued.id, predecessor?.keyId, ...(predecessor?.retired ?? []).map(({ keyId }) => keyId)];
  const left = existing.filter(({ id }) => !own.includes(id)).map(({ id }) => id);
  // What is being replaced is one of them.
  if (left.length > (isHeld ? 1 : 0))
    run.warn(
      `API key "${name}": the issuer has also made ${left.join(", ")} for it, which ${left.length === 1 ? "is" : "are"} left alone, since something may use ${left.length === 1 ? "it" : "them"}: ` +
        "a run that was interrupted leaves one, and so does a key that was to be kept. Revoke what nothing uses (Kustomer > Settings > Security > API Keys)",
    );
  return { ...issued, owner };
}

/** Whether the resource has another name than when its key was issued. */
export function isRenamed({ issued, owner }: ApiKeyOutputs, { mark }: ApiKeyInputs): boolean {
  const claim = ownerFrom(owner);
  return issued && claim !== undefined && claim.mark !== mark;
}

/**
 * The mark follows the resource: otherwise a newcomer of the old name would be given this key, which is in use, for its own.
 * Under which owner the issuer has it now.
 */
export async function claimIssuedKey(
  issuer: ApiKeyIssuer | undefined,
  known: ApiKeyOutputs,
  inputs: ApiKeyInputs,
): Promise<string> {
  const claim = ownerFrom(known.owner);
  if (issuer === undefined || claim === undefined || !isRenamed(known, inputs)) return known.owner;
  const owner = ownerText({ ...claim, mark: inputs.mark, generation: newGeneration(claim.generation) });
  await issuer.claim(known.keyId, owner);
  return owner;
}

/** An issued key of which Kustomer has not said anything yet. */
export function unverified(
  inputs: ApiKeyInputs,
  { id, token, expiresAt, owner }: OwnedKey,
  retired: readonly RetiredKey[],
): ApiKeyOutputs {
  return {
    ...inputs,
    token,
    keyId: id,
    grantedRoles: [],
    lastTokenChars: "",
    expiresAt: expiresAt ?? "",
    issued: true,
    owner,
    organisation: "",
    revokeAfter: revokeAfter(retired, inputs.overlapHours),
    retired: [...retired],
  };
}

/** Revokes an issued key, unless it is gone, or another state has asked for it since. */
export async function revokeIssuedKey(
  issuer: ApiKeyIssuer,
  { keyId, owner = "" }: { readonly keyId: string; readonly owner?: string },
  run: Run,
): Promise<void> {
  const claim = ownerFrom(owner);
  if (claim !== undefined) {
    const existing = (await issuer.list(claim.mark)).find(({ id }) => id === keyId);
    if (existing === undefined) return;
    if (isTakenOver(ownerFrom(existing.owner ?? ""), { ...claim, posted: [] })) {
      run.warn(
        `issued API key ${keyId} was given to a stack of the same project and name as well, in another folder or backend: it is not revoked`,
      );
      return;
    }
  }
  await issuer.revoke(keyId);
}

/** Roles and expiry cannot be changed, so a key with others is another key. */
function digestOf({ roles, expiresInDays }: ApiKeyInputs): string {
  return createHash("sha256")
    .update(JSON.stringify([roles, expiresInDays]))
    .digest("hex")
    .slice(0, 8);
}
