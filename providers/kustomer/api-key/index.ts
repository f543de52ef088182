import * as z from "zod";
import { sameValue } from "../../lifecycle/compare";
import { PartialFailure, RelayError, messageOf } from "../../lifecycle/errors";
import type { Offering } from "../../lifecycle/opt-ins";
import { remember } from "../../lifecycle/secrets";
import type { KustomerClient } from "../client";
import { connectToKustomer, isToken } from "../connection";
import { verifyAccess } from "../verify-access";
import { KustomerError, isWrongRegion } from "../failure";
import { howToMakeAKey } from "./how-to-make-a-key";
import { issueKey, revokeOlder, unverified } from "./issued-key";
import { type ApiKeyIssuer, connectToIssuer, issuerSettingsProblems } from "./issuer";
import { describeKey, hasExpired, nearEnd, verifyKey, warnOfExpiry } from "./key-verification";
import {
  type RetiredKey,
  isPastOverlap,
  overdue,
  retiredBeside,
  retiredOf,
  revokeAfter,
  revokeKey,
  revokeWhatIsPast,
  warnOfRetiredKey,
} from "./retired-key";
import { RELAY_ROLES } from "./roles";

/** What a person declares of an API key. */
export interface ApiKeyArgs {
  /** The name an issued key gets. Default: the resource's name. A change touches nothing: a key cannot be renamed. */
  name?: string;
  /**
   * The token of a key that an admin made in Kustomer (Settings > Security > API Keys), to be adopted. Secret. Left out, a
   * key is issued, where the provider names an issuer. Another token takes the place of the former key, as `rotation` does.
   *
   * @example config.requireSecret("kustomerToken")
   */
  token?: string;
  /**
   * The roles the key must have; a parent role such as `org.permission` grants its children. Default: the five of the
   * vendor's guide. Kustomer cannot edit the roles of a key, so other roles mean a new key, as `rotation` does.
   */
  roles?: string[];
  /** Days after which an issued key expires; left out, never. A change means a new key, as `rotation` does. */
  expiresInDays?: number;
  /** How many days before its end every `up` and `refresh` warns. Default 30. A change touches nothing. */
  warnBeforeDays?: number;
  /**
   * A counter: raise it for a new key, which is issued; an adopted key changes with its `token`. What uses the key is
   * updated in the same `up`, and the former key goes on working for `overlapHours`. Default 0.
   */
  rotation?: number;
  /**
   * For how many hours a former key stays valid beside the new one: the first `up` after that revokes it. Default 24; with
   * 0 it is the next `up`. A change also holds for a key that is waiting already.
   */
  overlapHours?: number;
  /**
   * Whether a key is revoked when the resource is deleted, or when another key has taken its place. Default: `true` for an
   * issued key, `false` for an adopted one.
   */
  revokeOnDelete?: boolean;
}

export interface ApiKeyInputs {
  name: string;
  token?: string | undefined;
  roles: string[];
  expiresInDays?: number | undefined;
  warnBeforeDays: number;
  rotation: number;
  overlapHours: number;
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
  /** When the first `up` revokes a former key that is still valid, ISO 8601; empty where there is none. */
  revokeAfter: string;
  /** The former keys that are still valid. Secret. */
  retired: RetiredKey[];
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
  overlapHours: z.number().min(0).max(2160, "must be at most 2160, which is 90 days").default(24),
  revokeOnDelete: z.boolean().optional(),
  mark: z.string(),
});

/** What a key is checked with, and what makes and revokes those that are issued. */
export interface KeyConnection {
  readonly kustomer: KustomerClient;
  readonly issuer: ApiKeyIssuer | undefined;
}

/** The API key with which Airkit calls Kustomer. */
export const apiKey: Offering<
  ApiKeyInputs,
  ApiKeyOutputs,
  KeyConnection,
  "verifyAccess" | "problems" | "notices" | "isDue" | "declared" | "list" | "existing"
> = {
  name: "KustomerApiKey",
  type: "kustomer:ApiKey",
  doc: "The API key with which Airkit calls Kustomer: adopted from an admin who made it, or issued where the provider names an issuer.",
  inputs,
  fields: {
    name: { change: "update", compare: "ignored", doc: "Name an issued key gets." },
    token: {
      change: "update",
      compare: "write-only",
      secret: true,
      doc: "Token of a key that an admin made, to be adopted. Left out, a key is issued.",
      output: "The key itself, adopted or issued.",
    },
    roles: { change: "update", compare: "set", doc: "Roles the key must have; a parent role grants its children." },
    expiresInDays: { change: "update", doc: "Days after which an issued key expires; left out, never." },
    warnBeforeDays: {
      change: "update",
      compare: "ignored",
      doc: "Days before its end from which on `up` and `refresh` warn.",
    },
    rotation: { change: "update", doc: "Counter: raise it for a new key, where keys are issued." },
    overlapHours: {
      change: "update",
      compare: "ignored",
      doc: "Hours for which a former key stays valid; the first `up` after them revokes it.",
    },
    revokeOnDelete: {
      change: "update",
      doc: "Whether a key is revoked when deleted or superseded. Left out: yes for an issued key, no for an adopted one.",
    },
    mark: { change: "update", compare: "ignored", internal: true, doc: "Opaque mark of the declaring resource." },
  },
  outputs: {
    keyId: { doc: "Kustomer's id of the key." },
    grantedRoles: { doc: "All roles the key has." },
    lastTokenChars: { doc: "Last characters of the token, empty where Kustomer does not say." },
    expiresAt: { doc: "When the key expires, ISO 8601; empty for never." },
    issued: { doc: "Whether the key was issued: by the provider's issuer, not by a person." },
    revokeAfter: {
      doc: "When a former key that is still valid is revoked, by the first `up` from then on, ISO 8601; empty where there is none.",
    },
    retired: { internal: true, secret: true, doc: "The former keys that are still valid." },
  },

  connect: (settings) => ({ kustomer: connectToKustomer(settings), issuer: connectToIssuer(settings) }),

  verifyAccess: ({ kustomer }, run) => verifyAccess(kustomer, run),

  problems(inputs, settings, former) {
    if (inputs.token !== undefined)
      return former.token === inputs.token && former.rotation !== inputs.rotation ? [sameToken(inputs)] : [];
    if (settings.get("kustomer:issuerUrl") !== undefined) return issuerSettingsProblems(settings);
    return [howToMakeAKey(inputs, settings)];
  },

  notices: (known, { name, warnBeforeDays, overlapHours }) => [
    ...nearEnd({ name, warnBeforeDays, issued: known.issued }, { id: known.keyId, expiresAt: known.expiresAt }),
    ...overdue(name, known.retired, overlapHours),
  ],

  isDue(known, { overlapHours }) {
    const retired = retiredOf(known);
    return (
      retired.some((key) => isPastOverlap(key, overlapHours)) ||
      (retired.length > 0 && known.revokeAfter !== revokeAfter(retired, overlapHours))
    );
  },

  /** The token of an issued key is nobody's input. */
  declared({ token, issued, ...known }) {
    return issued ? known : { ...known, token };
  },

  async create(connection, inputs) {
    const outputs = await makeKey(connection, inputs, []);
    return { id: outputs.keyId, outputs };
  },

  async read({ kustomer }, _id, known) {
    remember(known.token, ...retiredOf(known).map(({ token }) => token));
    try {
      const current = await kustomer.currentAuthToken(known.token);
      if (hasExpired(current)) return undefined;
      warnOfExpiry(known, current);
      return describeKey(known, current);
    } catch (error) {
      // A key that was revoked, or has expired, is refused. The wrong region refuses too, but takes nothing away.
      if (error instanceof KustomerError && error.status === 401 && !isWrongRegion(error.said)) return undefined;
      throw error;
    }
  },

  /** Where another key is needed it is made, and the former one retired; those that are past their overlap are revoked. */
  async update(connection, id, known, inputs) {
    // Somebody may be coming back to a key that had been retired.
    const former = retiredOf(known).filter(({ token }) => token !== inputs.token);
    const retired = await revokeWhatIsPast(connection, former, inputs.overlapHours);
    return needsAnother(known, inputs)
      ? createSuccessor(connection, id, { ...known, retired }, inputs)
      : verifyKey(connection.kustomer, inputs, known.token, known.issued, retired);
  },

  async delete(connection, _id, known) {
    for (const key of retiredOf(known)) await revokeKey(connection, key);
    if (!isRevoked(known)) return;
    if (known.issued && connection.issuer !== undefined) await revokeOlder(connection.issuer, known);
    await revokeKey(connection, known);
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
    const outputs = await verifyKey(kustomer, given, given.token, false);
    return outputs.keyId === id ? outputs : undefined;
  },
};

/** Adopts the key whose token is given, or has one issued. */
async function makeKey(
  { kustomer, issuer }: KeyConnection,
  inputs: ApiKeyInputs,
  retired: readonly RetiredKey[],
): Promise<ApiKeyOutputs> {
  if (inputs.token !== undefined) return verifyKey(kustomer, inputs, inputs.token, false, retired);
  if (issuer === undefined)
    throw new RelayError(`issue API key "${inputs.name}": no issuer is set (kustomer:issuerUrl) and no token is given`);
  const issued = await issueKey(issuer, inputs, retired);
  try {
    return await verifyKey(kustomer, inputs, issued.token, true, retired);
  } catch (error) {
    throw new PartialFailure(issued.id, unverified(inputs, issued, retired), [messageOf(error)]);
  }
}

/** The key that takes the place of a known one, which goes on working. */
async function createSuccessor(
  connection: KeyConnection,
  id: string,
  known: ApiKeyOutputs,
  inputs: ApiKeyInputs,
): Promise<ApiKeyOutputs> {
  const retired = retiredBeside(known, isRevoked({ ...known, revokeOnDelete: inputs.revokeOnDelete }));
  try {
    const successor = await makeKey(connection, inputs, retired);
    // Not before: a key that Kustomer refuses succeeds nobody.
    warnOfRetiredKey(known, retired, inputs);
    return successor;
  } catch (error) {
    // The resource keeps its id, whichever key it stands for.
    if (error instanceof PartialFailure) throw new PartialFailure(id, error.outputs, error.reasons);
    throw error;
  }
}

/** Nothing of a key can be edited. One that a person made is told by its token; what else is declared is only checked. */
function needsAnother(known: ApiKeyOutputs, inputs: ApiKeyInputs): boolean {
  if (inputs.token !== undefined) return inputs.token !== known.token;
  return (
    !known.issued ||
    inputs.rotation !== known.rotation ||
    inputs.expiresInDays !== known.expiresInDays ||
    !sameValue("set", inputs.roles, known.roles)
  );
}

function isRevoked({ revokeOnDelete, issued }: Pick<ApiKeyOutputs, "revokeOnDelete" | "issued">): boolean {
  return revokeOnDelete ?? issued;
}

function sameToken({ rotation }: ApiKeyInputs): string {
  return (
    `rotation: ${rotation} asks for another key, but \`token\` is still that of the present one: make a new key ` +
    "(Kustomer > Settings > Security > API Keys > Add API Key) and set its token, or put `rotation` back; a new token needs no counter"
  );
}
