import { createHash } from "node:crypto";
import { PartialFailure, messageOf } from "../../lifecycle/errors";
import { remember } from "../../lifecycle/secrets";
import type { ApiKeyInputs, ApiKeyOutputs, RetiredKey } from "./fields";
import type { ApiKeyIssuer, IssuedKey } from "./issuer";
import { newGeneration } from "../outbound-webhook/ownership";
import { SupersededError } from "../outbound-webhook/registration";
import { revokeAfter } from "./retired-key";

/** Has a key made, and revokes what earlier attempts at the same key left behind: those apart that are known. */
export async function issueKey(
  issuer: ApiKeyIssuer,
  inputs: ApiKeyInputs,
  retired: readonly RetiredKey[],
): Promise<IssuedKey> {
  const { name, roles, expiresInDays } = inputs;
  const owner = ownerOf(inputs);
  const generation = newGeneration();
  const issued = await issuer.issue({
    name,
    roles,
    owner: `${owner}.${generation}`,
    ...(expiresInDays === undefined ? {} : { expiresInDays }),
  });
  remember(issued.token);
  try {
    await revokeTwins(issuer, owner, [issued.id, ...retired.map(({ keyId }) => keyId)], generation);
    return issued;
  } catch (error) {
    if (error instanceof SupersededError) throw error;
    throw new PartialFailure(issued.id, unverified(inputs, issued, retired), [messageOf(error)]);
  }
}

/** An issued key of which Kustomer has not said anything yet. */
export function unverified(
  inputs: ApiKeyInputs,
  { id, token, expiresAt }: IssuedKey,
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
    revokeAfter: revokeAfter(retired, inputs.overlapHours),
    retired: [...retired],
  };
}

/**
 * What an issued key is made as, but for the attempt at it. The roles are part of it: a key that replaces one with other
 * roles is no twin of it, which goes on working until all that use it have the new one.
 */
function ownerOf({ mark, rotation, roles, expiresInDays }: ApiKeyInputs): string {
  const digest = createHash("sha256").update(JSON.stringify([roles, expiresInDays]));
  return `${mark}.${rotation}.${digest.digest("hex").slice(0, 8)}`;
}

/** Revokes what earlier attempts at the same key left behind; gives up ours where a newer one exists, as for a webhook. */
async function revokeTwins(
  issuer: ApiKeyIssuer,
  owner: string,
  [id = "", ...others]: string[],
  generation: string,
): Promise<void> {
  const twins = (await issuer.list(owner)).filter((key) => key.id !== id && !others.includes(key.id));
  const newer = twins.find((key) => generationOf(key.owner) > generation);
  if (newer !== undefined) {
    await issuer.revoke(id);
    throw new SupersededError(
      `issue API key: another run has issued it in the meantime (${newer.id}); run \`pulumi up\` again`,
    );
  }
  for (const twin of twins) await issuer.revoke(twin.id);
}

/** A killed run may have left keys with other roles or of another rotation. The one that replaces ours is newer than ours. */
export async function revokeOlder(issuer: ApiKeyIssuer, { mark, keyId }: ApiKeyOutputs): Promise<void> {
  const keys = await issuer.list(mark);
  const own = generationOf(keys.find((key) => key.id === keyId)?.owner);
  for (const key of keys) if (key.id !== keyId && generationOf(key.owner) < own) await issuer.revoke(key.id);
}

function generationOf(owner = ""): string {
  return owner.slice(owner.lastIndexOf(".") + 1);
}
