import type { Answer } from "./http";
import { isRecord } from "./http";
import { errorAnswer, expiredAnswer, wrongRegionAnswer } from "./kustomer/errors";
import type { RateLimit } from "./kustomer/rate-limit";
import type { Profile } from "./profile";
import type { Misbehaviour } from "./types";

/** The answer of a misbehaviour that keeps a request from taking effect; undefined for those that strike later. */
export function answerInstead(fault: Misbehaviour, profile: Profile, rateLimit: RateLimit): Answer | undefined {
  switch (fault.kind) {
    case "status":
      return "body" in fault
        ? { status: fault.status, body: fault.body }
        : errorAnswer(profile, "apps-platform", fault.status, `Ordered status ${fault.status}`);
    case "rate-limited":
      return rateLimit.refusal(fault.resetHeader);
    case "wrong-region":
      return wrongRegionAnswer(profile);
    case "expired":
      return expiredAnswer(profile);
    default:
      return undefined;
  }
}

/** An answer with its signing secrets masked. */
export function masked(answer: Answer, profile: Profile): Answer {
  if (!isRecord(answer.body)) return answer;
  const { data } = answer.body;
  const mask = (each: unknown): unknown => maskedResource(each, profile);
  return { ...answer, body: { ...answer.body, data: Array.isArray(data) ? data.map(mask) : mask(data) } };
}

function maskedResource(resource: unknown, profile: Profile): unknown {
  if (!isRecord(resource) || !isRecord(resource.attributes)) return resource;
  const { token } = resource.attributes;
  if (typeof token !== "string") return resource;
  const tail = profile.maskedToken === "tail" ? token.slice(-4) : "****";
  return { ...resource, attributes: { ...resource.attributes, token: `********${tail}` } };
}
