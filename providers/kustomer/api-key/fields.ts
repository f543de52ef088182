import * as z from "zod";
import {
  type ArgsOf,
  type InputsOf,
  type OutputsOf,
  input,
  internalInput,
  internalOutput,
  nameInput,
  output,
} from "../../lifecycle/fields";
import { isToken } from "../connection";
import { placeInputs, placeOutputs } from "../place";
import { RELAY_ROLES } from "./roles";

/**
 * A key whose place another one has taken. The engine has no timers, so it is on record in the state, with its time, until an
 * `up` that comes after the overlap revokes it.
 */
const retiredKey = z.object({
  keyId: z.string(),
  /** With which it revokes itself where no issuer does. Secret. */
  token: z.string(),
  issued: z.boolean(),
  /** Under which the issuer has it; empty for a key that a person made. */
  owner: z.string(),
  /** ISO 8601. */
  retiredAt: z.string(),
});

export type RetiredKey = z.infer<typeof retiredKey>;

/** The inputs whose change makes a new key: nothing of a key can be edited. */
const NEW_KEY = ["token", "roles", "expiresInDays", "rotation"];

export const apiKeyFields = {
  inputs: {
    /** The name an issued key gets. Default: the resource's name. A change touches nothing: a key cannot be renamed. */
    name: nameInput(z.string().trim().min(1, "must not be empty").max(255, "must have at most 255 characters"), {
      compare: "ignored",
    }),
    /**
     * The token of a key that an admin made in Kustomer (Settings > Security > API Keys), to be adopted. Secret. Left out, a
     * key is issued, where the provider names an issuer. Another token takes the place of the previous key, as `rotation` does.
     *
     * @example config.requireSecret("kustomerToken")
     */
    token: input(
      z
        .string()
        .trim()
        .min(1, "must not be empty")
        .refine((token) => token === "" || isToken(token), "has white space or other characters that no key has")
        .optional(),
      { compare: "write-only", secret: true },
    ),
    /**
     * The roles the key must have; a parent role such as `org.permission` grants its children. Default: the five of the
     * vendor's guide. Kustomer cannot edit the roles of a key, so other roles mean a new key, as `rotation` does.
     */
    roles: input(
      z
        .array(z.string().regex(/^org(\.[\w-]+)*$/, "is not a role; roles look like org.permission.message"))
        .min(1, "must name at least one role")
        .default(RELAY_ROLES),
      { compare: "set" },
    ),
    /** Days after which an issued key expires; left out, never. A change means a new key, as `rotation` does. */
    expiresInDays: input(
      z
        .number("must be a number of days")
        .int("must be a whole number of days")
        .min(1, "must be at least 1")
        .optional(),
    ),
    /** How many days before its end every `up` and `refresh` warns. A change touches nothing. */
    warnBeforeDays: input(z.number("must be a number of days").min(0, "must be at least 0").default(30), {
      compare: "ignored",
    }),
    /**
     * A counter: raise it for a new key, which is issued; an adopted key changes with its `token`. What uses the key is
     * updated in the same `up`, and the previous key keeps working for a while.
     */
    rotation: input(
      z.number("must be a whole number").int("must be a whole number").min(0, "must be at least 0").default(0),
    ),
    /**
     * For how many hours the previous key stays valid beside the new one: the first `up` after that revokes it; with 0 it is the
     * next `up`. A change also holds for a key that is waiting already.
     */
    overlapHours: input(
      z
        .number("must be a number of hours")
        .min(0, "must be at least 0")
        .max(2160, "must be at most 2160, which is 90 days")
        .default(24),
      { compare: "ignored" },
    ),
    /**
     * Whether a key is revoked when the resource is deleted, or when another key has taken its place. Left out: yes for an
     * issued key, no for an adopted one.
     */
    revokeOnDelete: input(z.boolean("must be true or false").optional()),
    mark: internalInput(z.string(), { compare: "ignored" }),
    ...placeInputs,
  },
  outputs: {
    /** The key itself, adopted or issued. Secret. */
    token: output(z.string(), { secret: true, changesWith: NEW_KEY }),
    /** Kustomer's id of the key. */
    keyId: output(z.string(), { changesWith: NEW_KEY }),
    /** All roles the key has. */
    grantedRoles: output(z.array(z.string()), { changesWith: "any" }),
    /** The last characters of the token, by which Kustomer's console tells keys apart; empty where it does not say. */
    lastTokenChars: output(z.string(), { changesWith: NEW_KEY }),
    /** When the key expires, ISO 8601; empty for never. */
    expiresAt: output(z.string(), { changesWith: "any" }),
    /** Whether the key was issued: by the provider's issuer, not by a person. */
    issued: output(z.boolean(), { changesWith: NEW_KEY }),
    /** Under which the issuer has it; empty for a key that a person made. */
    owner: internalOutput(z.string(), { changesWith: "any", implied: () => "" }),
    ...placeOutputs,
    /** When the first `up` revokes a previous key that is still valid, ISO 8601; empty where there is none. */
    revokeAfter: output(z.string(), { changesWith: "any" }),
    /** The previous keys that are still valid. */
    retired: internalOutput(z.array(retiredKey), { secret: true, changesWith: "any", implied: () => [] }),
  },
};

/** What a person declares of an API key. */
export type ApiKeyArgs = ArgsOf<typeof apiKeyFields.inputs>;
export type ApiKeyInputs = InputsOf<typeof apiKeyFields.inputs>;
/** What is known of an API key once it is adopted or issued. */
export type ApiKeyOutputs = OutputsOf<typeof apiKeyFields.inputs, typeof apiKeyFields.outputs>;
