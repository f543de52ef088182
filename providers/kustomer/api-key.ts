import { z } from "zod";
import { PartialFailure, RelayError, messageOf } from "../lifecycle/errors";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { remember } from "../lifecycle/secrets";
import type { KustomerClient } from "./client";
import { connectToKustomer, isToken } from "./connection";
import { KustomerError, isWrongRegion } from "./failure";
import { howToMakeAKey } from "./how-to-make-a-key";
import { issueKey, revokeOlder, unverified } from "./issued-key";
import { type ApiKeyIssuer, connectToIssuer, issuerSettingsProblems } from "./issuer";
import { described, hasExpired, nearEnd, verified } from "./key-verification";
import { RELAY_ROLES } from "./roles";

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

export interface ApiKeyInputs {
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
export interface ApiKeyOutputs extends ApiKeyInputs {
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
export const apiKey: Lifecycle<ApiKeyInputs, ApiKeyOutputs, Connection> = {
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
    const issued = await issueKey(issuer, inputs);
    try {
      return { id: issued.id, outputs: await verified(kustomer, inputs, issued.token, true) };
    } catch (error) {
      throw new PartialFailure(issued.id, unverified(inputs, issued), [messageOf(error)]);
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

  async list({ kustomer }) {
    return (await kustomer.listApiKeys()).map(({ id, name, roles, lastTokenChars, expiresAt }) => ({
      id,
      name,
      managed: false,
      properties: { roles, lastTokenChars, expiresAt },
    }));
  },

  /** Kustomer shows a token only once, so it has to be given. */
  async existing({ kustomer }, id, given) {
    if (given.token === undefined) return undefined;
    const outputs = await verified(kustomer, given, given.token, false);
    return outputs.keyId === id ? outputs : undefined;
  },
};

/** A key may always revoke itself; one that is refused is revoked already. */
async function revoke(kustomer: KustomerClient, known: ApiKeyOutputs): Promise<void> {
  try {
    await kustomer.revokeCurrentAuthToken(known.token);
  } catch (error) {
    if (!(error instanceof KustomerError) || error.status !== 401 || isWrongRegion(error.said)) throw error;
  }
}
