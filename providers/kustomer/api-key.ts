import { createHash } from "node:crypto";
import { z } from "zod";
import { PartialFailure, RelayError, messageOf } from "../lifecycle/errors";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { remember } from "../lifecycle/secrets";
import type { Settings } from "../lifecycle/settings";
import { warn } from "../lifecycle/warn";
import type { AuthTokenData } from "./answers";
import type { KustomerClient } from "./client";
import { connectToKustomer, isToken } from "./connection";
import { KustomerError, isWrongRegion } from "./failure";
import { type ApiKeyIssuer, connectToIssuer, issuerSettingsProblems } from "./issuer";
import { newGeneration } from "./ownership";
import { SupersededError } from "./registration";
import { RELAY_ROLES, missingRoles } from "./roles";

/** What a person declares of an API key. */
export interface ApiKeyArgs {
  /** The name an issued key gets. Default: the resource's name. A change touches nothing: a key cannot be renamed. */
  name?: string;
  /**
   * The token of a key that an admin made in Kustomer (Settings > Security > API Keys), to be adopted. Secret. Left out, a
   * key is issued, where the provider names an issuer. A change replaces.
   *
   * @example config.requireSecret("kustomerToken")
   */
  token?: string;
  /**
   * The roles the key must have; a parent role such as `org.permission` grants its children. Default: the five of the
   * vendor's guide. Kustomer cannot edit the roles of a key, so a change replaces.
   */
  roles?: string[];
  /** Days after which an issued key expires; left out, never. A change replaces. */
  expiresInDays?: number;
  /** How many days before its end every `up` and `refresh` warns. Default 30. A change touches nothing. */
  warnBeforeDays?: number;
  /** A counter: raise it for a new key. The new key is made first, what uses it is updated, then the old one goes. Default 0. */
  rotation?: number;
  /** Whether deleting the resource revokes the key. Default: `true` for an issued key, `false` for an adopted one. */
  revokeOnDelete?: boolean;
}

interface Inputs {
  name: string;
  token?: string | undefined;
  roles: string[];
  expiresInDays?: number | undefined;
  warnBeforeDays: number;
  rotation: number;
  revokeOnDelete?: boolean | undefined;
  mark: string;
}

/** What is known of an API key once it is adopted or issued. */
export interface ApiKeyOutputs extends Inputs {
  /** The key itself. Secret. */
  token: string;
  /** Kustomer's id of the key. */
  keyId: string;
  /** All roles the key has. */
  grantedRoles: string[];
  /** The last characters of the token, by which Kustomer's console tells keys apart; empty where it does not say. */
  lastTokenChars: string;
  /** When the key expires, ISO 8601; empty for never. */
  expiresAt: string;
  /** Whether the key was issued by us. */
  issued: boolean;
}

const DAY_MS = 24 * 3600_000;

const inputs = z.object({
  name: z.string().trim().min(1, "must not be empty").max(255, "must have at most 255 characters"),
  token: z
    .string()
    .trim()
    .min(1, "must not be empty")
    .refine((token) => token === "" || isToken(token), "has white space or other characters that no key has")
    .optional(),
  roles: z
    .array(z.string().regex(/^org(\.[\w-]+)*$/, "is not a role; roles look like org.permission.message"))
    .min(1, "must name at least one role")
    .default(RELAY_ROLES),
  expiresInDays: z.number().int("must be a whole number of days").min(1).optional(),
  warnBeforeDays: z.number().min(0).default(30),
  rotation: z.number().int("must be a whole number").min(0).default(0),
  revokeOnDelete: z.boolean().optional(),
  mark: z.string(),
});

interface Connection {
  readonly kustomer: KustomerClient;
  readonly issuer: ApiKeyIssuer | undefined;
}

/** The API key with which Airkit calls Kustomer. */
export const apiKey: Lifecycle<Inputs, ApiKeyOutputs, Connection> = {
  name: "KustomerApiKey",
  type: "kustomer:ApiKey",
  doc: "The API key with which Airkit calls Kustomer: adopted from an admin who made it, or issued where the provider names an issuer.",
  inputs,
  fields: {
    name: { change: "update", compare: "ignored", doc: "Name an issued key gets." },
    token: {
      change: "replace",
      compare: "write-only",
      secret: true,
      doc: "Token of a key that an admin made, to be adopted. Left out, a key is issued.",
      output: "The key itself, adopted or issued.",
    },
    roles: { change: "replace", compare: "set", doc: "Roles the key must have; a parent role grants its children." },
    expiresInDays: { change: "replace", doc: "Days after which an issued key expires; left out, never." },
    warnBeforeDays: {
      change: "update",
      compare: "ignored",
      doc: "Days before its end from which on `up` and `refresh` warn.",
    },
    rotation: { change: "replace", doc: "Counter: raise it for a new key." },
    revokeOnDelete: {
      change: "update",
      doc: "Whether deleting revokes the key. Left out: yes for an issued key, no for an adopted one.",
    },
    mark: { change: "update", compare: "ignored", internal: true, doc: "Opaque mark of the declaring resource." },
  },
  outputs: {
    keyId: { doc: "Kustomer's id of the key." },
    grantedRoles: { doc: "All roles the key has." },
    lastTokenChars: { doc: "Last characters of the token, empty where Kustomer does not say." },
    expiresAt: { doc: "When the key expires, ISO 8601; empty for never." },
    issued: { doc: "Whether the key was issued: by the provider's issuer, not by a person." },
  },

  connect: (settings) => ({ kustomer: connectToKustomer(settings), issuer: connectToIssuer(settings) }),

  problems(inputs, settings) {
    if (inputs.token !== undefined) return [];
    if (settings.get("kustomer:issuerUrl") !== undefined) return issuerSettingsProblems(settings);
    return [howToMakeAKey(inputs, settings)];
  },

  notices: ({ keyId, expiresAt, issued }, { name, warnBeforeDays }) =>
    nearEnd({ name, warnBeforeDays, issued }, { id: keyId, expiresAt: expiresAt === "" ? undefined : expiresAt }),

  /** The token of an issued key is nobody's input. */
  declared({ token, issued, ...known }) {
    return issued ? known : { ...known, token };
  },

  async create({ kustomer, issuer }, inputs) {
    if (inputs.token !== undefined) {
      const outputs = await verified(kustomer, inputs, inputs.token, false);
      return { id: outputs.keyId, outputs };
    }
    if (issuer === undefined)
      throw new RelayError(
        `issue API key "${inputs.name}": no issuer is set (kustomer:issuerUrl) and no token is given`,
      );
    const owner = ownerOf(inputs);
    const generation = newGeneration();
    const issued = await issuer.issue({
      name: inputs.name,
      roles: inputs.roles,
      owner: `${owner}.${generation}`,
      ...(inputs.expiresInDays === undefined ? {} : { expiresInDays: inputs.expiresInDays }),
    });
    remember(issued.token);
    try {
      await revokeTwins(issuer, owner, issued.id, generation);
      return { id: issued.id, outputs: await verified(kustomer, inputs, issued.token, true) };
    } catch (error) {
      if (error instanceof SupersededError) throw error;
      const outputs = {
        ...inputs,
        token: issued.token,
        keyId: issued.id,
        grantedRoles: [],
        lastTokenChars: "",
        expiresAt: issued.expiresAt ?? "",
        issued: true,
      };
      throw new PartialFailure(issued.id, outputs, [messageOf(error)]);
    }
  },

  async read({ kustomer }, _id, known) {
    remember(known.token);
    try {
      const current = await kustomer.currentAuthToken(known.token);
      return hasExpired(current) ? undefined : described(known, current);
    } catch (error) {
      // A key that was revoked, or has expired, is refused. The wrong region refuses too, but takes nothing away.
      if (error instanceof KustomerError && error.status === 401 && !isWrongRegion(error.said)) return undefined;
      throw error;
    }
  },

  async update({ kustomer }, _id, known, inputs) {
    return verified(kustomer, inputs, known.token, known.issued);
  },

  async delete({ kustomer, issuer }, _id, known) {
    remember(known.token);
    if (!(known.revokeOnDelete ?? known.issued)) return;
    if (known.issued && issuer !== undefined) {
      await revokeOlder(issuer, known);
      await issuer.revoke(known.keyId);
    } else await revoke(kustomer, known);
  },
};

/**
 * What an issued key is made as, but for the attempt at it. The roles are part of it: a key that replaces one with other
 * roles is no twin of it, which goes on working until all that use it have the new one.
 */
function ownerOf({ mark, rotation, roles, expiresInDays }: Inputs): string {
  const digest = createHash("sha256").update(JSON.stringify([roles, expiresInDays]));
  return `${mark}.${rotation}.${digest.digest("hex").slice(0, 8)}`;
}

/** Revokes what earlier attempts at the same key left behind; gives up ours where a newer one exists, as for a webhook. */
async function revokeTwins(issuer: ApiKeyIssuer, owner: string, id: string, generation: string): Promise<void> {
  const twins = (await issuer.list(owner)).filter((key) => key.id !== id);
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
async function revokeOlder(issuer: ApiKeyIssuer, { mark, keyId }: ApiKeyOutputs): Promise<void> {
  const keys = await issuer.list(mark);
  const own = generationOf(keys.find((key) => key.id === keyId)?.owner);
  for (const key of keys) if (key.id !== keyId && generationOf(key.owner) < own) await issuer.revoke(key.id);
}

function generationOf(owner = ""): string {
  return owner.slice(owner.lastIndexOf(".") + 1);
}

/** A key may always revoke itself; one that is refused is revoked already. */
async function revoke(kustomer: KustomerClient, known: ApiKeyOutputs): Promise<void> {
  try {
    await kustomer.revokeCurrentAuthToken(known.token);
  } catch (error) {
    if (!(error instanceof KustomerError) || error.status !== 401 || isWrongRegion(error.said)) throw error;
  }
}

/** The key as Kustomer knows it, if it is one that works and has the roles. */
async function verified(
  kustomer: KustomerClient,
  inputs: Inputs,
  token: string,
  issued: boolean,
): Promise<ApiKeyOutputs> {
  remember(token);
  const current = await kustomer.currentAuthToken(token).catch((error: unknown) => {
    throw error instanceof KustomerError
      ? new RelayError(error.message.replace("read the API key", `verify API key "${inputs.name}"`))
      : error;
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
  return described({ ...inputs, token, issued }, current);
}

function described(known: Inputs & { token: string; issued: boolean }, current: AuthTokenData): ApiKeyOutputs {
  nearEnd(known, current).forEach(warn);
  const { expiresInDays, revokeOnDelete } = known;
  return {
    name: known.name,
    token: known.token,
    // A role that was lost shows as drift of `roles`; more roles than required do not.
    roles: known.roles.filter((role) => missingRoles([role], current.roles).length === 0),
    ...(expiresInDays === undefined ? {} : { expiresInDays }),
    warnBeforeDays: known.warnBeforeDays,
    rotation: known.rotation,
    ...(revokeOnDelete === undefined ? {} : { revokeOnDelete }),
    mark: known.mark,
    keyId: current.id,
    grantedRoles: [...current.roles].sort(),
    lastTokenChars: current.lastTokenChars ?? "",
    expiresAt: current.expiresAt ?? "",
    issued: known.issued,
  };
}

function hasExpired({ expiresAt }: AuthTokenData): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
}

function nearEnd(
  { name, warnBeforeDays, issued }: Pick<ApiKeyOutputs, "name" | "warnBeforeDays" | "issued">,
  { id, expiresAt }: Pick<AuthTokenData, "id" | "expiresAt">,
): string[] {
  const days = expiresAt === undefined ? Number.POSITIVE_INFINITY : (Date.parse(expiresAt) - Date.now()) / DAY_MS;
  if (!(days <= warnBeforeDays)) return [];
  const next = issued
    ? "raise `rotation` for a new one"
    : "create a new one in Kustomer under Settings > Security > API Keys and set its token";
  const when = days <= 0 ? "expired" : `expires in ${Math.floor(days)} days,`;
  return [`API key "${name}" (${id}) ${when} at ${expiresAt ?? ""}: ${next}`];
}

/** Kustomer offers no endpoint that creates an API key (kustomer.md 3), so a person has to; these are the clicks. */
export function howToMakeAKey(
  { name, roles }: Pick<Inputs, "name" | "roles">,
  settings: Settings,
  where = 'run `pulumi config set --secret <key> <token>` and pass it as `token: config.requireSecret("<key>")`',
): string {
  return [
    `token: no API key is given, and Kustomer has no endpoint that creates one. Make it by hand:`,
    `1. Kustomer > Settings > Security > API Keys > Add API Key`,
    `2. name "${name}", roles ${roles.join(", ")}, and an expiration time`,
    `3. Create, and copy the token: it is shown once`,
    `4. ${where}`,
    `Or let a gateway of yours issue keys: ${settings.howToSet("kustomer:issuerUrl")}`,
  ].join("\n  ");
}
