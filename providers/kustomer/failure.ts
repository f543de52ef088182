import * as z from "zod";
import { AnsweredError } from "../lifecycle/errors";
import type { HttpAnswer } from "../lifecycle/http";
import { redactQuoted } from "../lifecycle/secrets";

/** What Kustomer answered when it did not do what was asked. */
export class KustomerError extends AnsweredError {
  override readonly name = "KustomerError";

  /** The same answer, told of what was really being done. */
  whileDoing(doing: string): KustomerError {
    const { what, said, next, status, requestId } = this;
    return new KustomerError({ doing, what, said, next, status, requestId });
  }
}

/**
 * Kustomer answers with `errors[{code,message,meta}]` or with JSON:API's `errors[{status,title,detail}]`, and sometimes
 * with nothing (DOC-ERR; API-OWD). All three are understood.
 */
const errorBody = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string(), title: z.string(), detail: z.string() }).partial()),
});

export function failure(
  doing: string,
  answer: HttpAnswer,
  neededRole: string | undefined,
  baseUrl: string,
  /** The key that was sent, as a person knows it. */
  key: string,
): KustomerError {
  const { status, requestId } = answer;
  const said = wordsOf(answer.body);
  const next = hintFor(answer, said, neededRole, baseUrl, key);
  return new KustomerError({ doing, what: `Kustomer answered ${status}`, said, next, status, requestId });
}

/** Keys work only in the region that issued them; the answer names the pods (DOC-REG). */
export function isWrongRegion(said = ""): boolean {
  return /\bpod\b.*\bhandled by\b/i.test(said);
}

function hintFor(
  { status, requestId }: HttpAnswer,
  said: string,
  neededRole: string | undefined,
  baseUrl: string,
  key: string,
): string {
  if (isWrongRegion(said))
    return "the key belongs to another region: set kustomer:org (finds the region by itself) or the region's own kustomer:baseUrl";
  if (/expired/i.test(said))
    return `${key} has expired: create a new one in Kustomer under Settings > Security > API Keys`;
  if (status < 500 && isAboutAddress(said))
    return `${key} is restricted to certain IP addresses (its CIDR restriction): run it from one of those, or create a key without the restriction (Settings > Security > API Keys)`;
  if (status === 401)
    return `${key} is not accepted: check that it is complete and not revoked (Settings > Security > API Keys), and that ${baseUrl} is the address of its organisation`;
  if (status === 404 || status < 400)
    return `check that ${baseUrl} is the address of Kustomer's API: kustomer:org, or kustomer:baseUrl without a path`;
  if (status === 403 && neededRole !== undefined)
    return (
      `${key} probably lacks the role ${neededRole}; roles cannot be added to a key: create a new one` +
      (/role|permission/i.test(said) ? "" : ". Or it is restricted to IP addresses that this machine does not have")
    );
  if (status >= 500)
    return `run it again; if it stays, ask Kustomer's support${requestId === undefined ? "" : " with the request id"}`;
  return "";
}

/** How Kustomer words a refused address is not documented. */
function isAboutAddress(said: string): boolean {
  return /\b(ip|cidr|ip address|allow-?list|white-?list)\b/i.test(said);
}

/** They may quote what was sent. */
function wordsOf(body: unknown): string {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return "";
  const words = parsed.data.errors
    .map((error) => [error.title ?? error.message, error.detail].filter((part) => part !== undefined).join(": "))
    .filter((words) => words !== "")
    .join("; ");
  return redactQuoted(words);
}
