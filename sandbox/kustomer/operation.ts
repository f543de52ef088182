import type { Answer, Params, Route } from "../http";
import type { Keys } from "../keys";
import type { Profile } from "../profile";
import type { Store, StoredKey } from "../store";
import type { Webhooks } from "../webhooks";
import type { Family } from "./errors";
import type { Roles } from "./roles";

/** What the operations work on. */
export interface Context {
  store: Store;
  webhooks: Webhooks;
  keys: Keys;
  profile: Profile;
}

export interface Call extends Context {
  params: Params;
  query: URLSearchParams;
  raw: Buffer;
  /** The caller's key. */
  key: StoredKey;
}

export interface Operation extends Route<(call: Call) => Answer> {
  family: Family;
  /** Any one of these roles; "any-credential" asks for a valid key only. The choice may depend on the profile. */
  needs: Roles | "any-credential" | ((profile: Profile) => Roles | "any-credential");
}

/** An operation that is open to callers without a key. */
export interface OpenOperation extends Route<(call: Omit<Call, "key">) => Answer> {
  family: Family;
}
