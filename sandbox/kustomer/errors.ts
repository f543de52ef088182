import type { Answer } from "../http";
import { Refused } from "../http";
import type { Profile } from "../profile";

/** The two documented families: webhooks answer status/title/detail, tokens and users code/message/meta (OAS). */
export type Family = "apps-platform" | "access-management";

const words: Record<number, { code: string; title: string }> = {
  400: { code: "bad_request", title: "Bad Request" },
  401: { code: "unauthorized", title: "Unauthorized" },
  403: { code: "forbidden", title: "Forbidden" },
  404: { code: "not_found", title: "Not Found" },
  409: { code: "conflict", title: "Conflict" },
  422: { code: "unprocessable_entity", title: "Unprocessable Entity" },
  429: { code: "too_many_requests", title: "Too Many Requests" },
};

const word = (status: number): { code: string; title: string } =>
  words[status] ?? { code: "internal_server_error", title: "Internal Server Error" };

/** Documented shapes (OAS, DOC-ERR); only 400's code `bad_request` is documented, the other codes and titles are inferred. */
export function errorAnswer(profile: Profile, family: Family, status: number, message: string): Answer {
  const { code, title } = word(status);
  if (family === "access-management") return { status, body: { errors: [{ code, message, meta: {} }] } };
  const detail = profile.errorDetail === "present" ? { detail: message } : {};
  return { status, body: { errors: [{ status, title, ...detail }] } };
}

/** 401 and 429: answered before an operation is reached, so their message is always spelled out. */
export function gatewayError(profile: Profile, status: number, message: string): Answer {
  const { code, title } = word(status);
  const error = profile.gatewayErrorShape === "code-message" ? { code, message } : { status, title, detail: message };
  return { status, body: { errors: [error] } };
}

export function notFound(profile: Profile, family: Family, message: string): Answer {
  return profile.notFoundBody === "empty" ? { status: 404 } : errorAnswer(profile, family, 404, message);
}

export const refuse = (answer: Answer): Refused => new Refused(answer);

export const badRequest = (profile: Profile, family: Family, message: string): Refused =>
  new Refused(errorAnswer(profile, family, 400, message));

/** Observed (singer-io/tap-kustomer): a 401 whose message contains "Expired token". */
export const expiredAnswer = (profile: Profile): Answer => gatewayError(profile, 401, "Expired token");

/** Documented wording (DOC-REG); the status is not. */
export const wrongRegionAnswer = (profile: Profile): Answer =>
  gatewayError(
    profile,
    profile.wrongRegionStatus,
    "Auth token associated with pod prod2 but request is being handled by prod1",
  );
