import type { Answer } from "../http";
import { isRecord, parseJson } from "../http";
import { administratorRoles } from "../keys";
import { enveloped, related, tokenResource } from "./envelope";
import { badRequest, errorAnswer, notFound, refuse } from "./errors";
import type { Call, OpenOperation } from "./operation";

const family = "access-management";

/** The only person of this org; the password is the management key. */
export const administrator = { email: "admin@sandbox.example", userId: "5fd000000000000000000001" };

/**
 * POST /v1/auth/tokens. Documented (API-TOKC): the sign-in call, without authentication; it makes a person's session
 * token and no API key. Of its four variants only domain, email and password is offered here.
 */
function signIn({ raw, store, keys, profile }: Omit<Call, "key">): Answer {
  const body = parseJson(raw);
  const credentials = isRecord(body) ? [body.domain, body.email, body.password] : [];
  if (credentials.length === 0 || credentials.some((each) => typeof each !== "string")) {
    throw badRequest(profile, family, "domain, email and password are required");
  }
  const [domain, email, password] = credentials;
  const { org, managementKey } = store.state;
  if (domain !== org.name || email !== administrator.email || password !== managementKey) {
    throw refuse(errorAnswer(profile, family, 401, "Invalid email or password"));
  }
  const session = keys.create({
    name: "Session",
    roles: administratorRoles,
    userType: "user",
    userId: administrator.userId,
  });
  const resource = tokenResource(session, org, profile);
  return {
    status: profile.createStatus,
    body: enveloped({ ...resource, attributes: { ...resource.attributes, token: session.token } }, profile),
  };
}

/** GET /v1/domains/{org}. Observed (Kustomer-Org-CLI): without a token, tells which pod an org lives in. */
function domain({ params, store, profile }: Omit<Call, "key">): Answer {
  const { org } = store.state;
  if (params.org !== org.name) throw refuse(notFound(profile, family, "Domain not found"));
  return {
    status: 200,
    body: {
      data: {
        type: "domain",
        id: org.name,
        attributes: {
          name: org.name,
          orgId: org.id,
          reservation: false,
          pod: "prod1",
          createdAt: org.createdAt,
          updatedAt: org.createdAt,
        },
        relationships: { org: related("org", org.id, `/v1/orgs/${org.id}`) },
        links: { self: `/v1/domains/${org.name}` },
      },
    },
  };
}

export const openOperations: OpenOperation[] = [
  { method: "POST", pattern: "/v1/auth/tokens", family, handler: signIn },
  { method: "GET", pattern: "/v1/domains/:org", family, handler: domain },
];
