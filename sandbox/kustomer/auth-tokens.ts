import type { Answer } from "../http";
import type { StoredKey } from "../store";
import { enveloped, ordered, tokenResource } from "./envelope";
import { badRequest, errorAnswer, notFound, refuse } from "./errors";
import type { Call, Operation } from "./operation";
import { paged } from "./paging";
import { knownRoles, manageSecurity, satisfies } from "./roles";

const family = "access-management";
const userTypes = ["user", "machine", "limited", "app"];

/**
 * GET /v1/auth/tokens. Documented (API-TOKL): the caller's own tokens, or those of a user type; paged. The query
 * parameter filter is documented by name only; it is taken and ignored. Token values are never listed.
 */
function list({ keys, key, query, store, profile }: Call): Answer {
  const userType = query.get("userType");
  if (userType !== null && !userTypes.includes(userType)) throw badRequest(profile, family, "Invalid userType");
  const wanted = keys
    .all()
    .filter((each) => (userType === null ? each.userId === key.userId : each.userType === userType));
  const page = paged(profile.listOrder === "insertion" ? wanted : wanted.toReversed(), query, {
    path: "/v1/auth/tokens",
    profile,
  });
  const data = page.items.map((each) => tokenResource(each, store.state.org, profile));
  return { status: 200, body: { ...enveloped(data, profile), meta: page.meta, links: page.links } };
}

/** GET /v1/auth/tokens/current. Documented (DOC-QS): any valid credential. */
function getCurrent({ key, store, profile }: Call): Answer {
  return { status: 200, body: enveloped(tokenResource(key, store.state.org, profile), profile) };
}

/** DELETE /v1/auth/tokens/current. Documented (API-TOKDC); the success answer is not. */
function revokeCurrent(call: Call): Answer {
  return revoke(call.key, call);
}

/** GET /v1/auth/tokens/{id}. Documented (OAS); who may is inferred from DELETE. */
function get(call: Call): Answer {
  const { store, profile } = call;
  return { status: 200, body: enveloped(tokenResource(found(call), store.state.org, profile), profile) };
}

/** DELETE /v1/auth/tokens/{id}. Documented (API-TOKD): a token itself, or with the security role. */
function revokeById(call: Call): Answer {
  return revoke(found(call), call);
}

/** GET /v1/auth/roles. Documented (OAS): `{data: [{type, id}]}`. */
function listRoles({ profile }: Call): Answer {
  return { status: 200, body: { data: ordered(knownRoles, profile).map((id) => ({ type: "role", id })) } };
}

function found({ keys, key, params, profile }: Call): StoredKey {
  const id = params.id ?? "";
  if (id !== key.id && !satisfies(key.roles, manageSecurity)) {
    throw refuse(errorAnswer(profile, family, 403, `One of these roles is required: ${manageSecurity.join(", ")}`));
  }
  const wanted = keys.find(id);
  if (wanted === undefined) throw refuse(notFound(profile, family, "Auth token not found"));
  return wanted;
}

function revoke(key: StoredKey, { keys, store, profile }: Call): Answer {
  keys.revoke(key.id);
  return profile.deleteAnswer === "204-empty"
    ? { status: 204 }
    : { status: 200, body: enveloped(tokenResource(key, store.state.org, profile), profile) };
}

const collection = "/v1/auth/tokens";
const anyCredential = "any-credential";

export const tokenOperations: Operation[] = [
  { method: "GET", pattern: collection, family, needs: manageSecurity, handler: list },
  { method: "GET", pattern: `${collection}/current`, family, needs: anyCredential, handler: getCurrent },
  { method: "DELETE", pattern: `${collection}/current`, family, needs: anyCredential, handler: revokeCurrent },
  { method: "GET", pattern: `${collection}/:id`, family, needs: anyCredential, handler: get },
  { method: "DELETE", pattern: `${collection}/:id`, family, needs: anyCredential, handler: revokeById },
  {
    method: "GET",
    pattern: "/v1/auth/roles",
    family,
    needs: (profile) => (profile.rolesReadableBy === "security" ? manageSecurity : anyCredential),
    handler: listRoles,
  },
];
