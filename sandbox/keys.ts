import { randomBytes } from "node:crypto";
import type { Profile } from "./profile";
import type { State, Store, StoredKey } from "./store";
import { newId } from "./store";
import type { KeyRecord, NewKey } from "./types";

/** What an administrator's key may do. An owner's token was seen with the single role "org". */
export const administratorRoles = ["org"];

export class Keys {
  constructor(
    private readonly store: Store,
    private readonly profile: Pick<Profile, "organisationNamedBy">,
  ) {}

  all(): readonly StoredKey[] {
    return this.store.state.keys;
  }

  find(id: string): StoredKey | undefined {
    return this.all().find((key) => key.id === id);
  }

  byToken(token: string | undefined): StoredKey | undefined {
    return token === undefined ? undefined : this.all().find((key) => key.token === token);
  }

  create(
    fields: NewKey & Partial<Pick<StoredKey, "owner" | "idempotencyKey" | "userType" | "userId" | "token">>,
  ): StoredKey {
    const now = new Date().toISOString();
    const id = newId();
    const userId = fields.userId ?? newId();
    const userType = fields.userType ?? "machine";
    const token = fields.token ?? this.#newToken({ id, userId, userType, roles: fields.roles });
    const key: StoredKey = {
      id,
      name: fields.name,
      roles: [...fields.roles],
      expiresAt: fields.expiresAt ?? null,
      userType,
      userId,
      token,
      lastTokenChars: token.slice(-6),
      createdAt: now,
      updatedAt: now,
      lastAccessedAt: null,
      ...(fields.owner === undefined ? {} : { owner: fields.owner }),
      ...(fields.idempotencyKey === undefined ? {} : { idempotencyKey: fields.idempotencyKey }),
    };
    this.store.state.keys.push(key);
    this.store.changed();
    return key;
  }

  edit(key: StoredKey, patch: Partial<NewKey & Pick<StoredKey, "owner">>): void {
    Object.assign(key, { updatedAt: new Date().toISOString() }, structuredClone(patch));
    this.store.changed();
  }

  #newToken(key: Parameters<typeof jwt>[1]): string {
    return this.profile.organisationNamedBy.startsWith("keys")
      ? jwt(this.store.state.org, key)
      : randomBytes(48).toString("base64url");
  }

  revoke(id: string): void {
    const { state } = this.store;
    state.keys = state.keys.filter((key) => key.id !== id);
    this.store.changed();
  }
}

export function isExpired(key: StoredKey): boolean {
  return key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now();
}

export function withoutToken(key: StoredKey): KeyRecord {
  const copy: Partial<StoredKey> = structuredClone(key);
  delete copy.token;
  return copy as KeyRecord;
}

/** Documented (DOC-AUTH): a JWT. Its claims follow a decoded subject seen in public; it is looked up, never verified. */
function jwt(org: State["org"], key: { id: string; userId: string; userType: string; roles: string[] }): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    org: org.id,
    orgName: org.name,
    id: key.userId,
    userType: key.userType,
    roles: key.roles,
    jti: key.id,
    iat: Math.floor(Date.now() / 1000),
    aud: "urn:api",
    iss: "urn:api",
    sub: key.userId,
  };
  return [encode({ alg: "HS256", typ: "JWT" }), encode(claims), randomBytes(32).toString("base64url")].join(".");
}
