import { isError } from "./errors";

/** What looks a name up, and what makes a connection: where either fails, no request was sent. */
const BEFORE_SENDING: readonly (string | undefined)[] = ["connect", "getaddrinfo"];

/**
 * Whether a request certainly did not arrive, so that even a POST may be sent again. The code alone does not tell: ETIMEDOUT and
 * EHOSTUNREACH also end connections over which a request has gone.
 */
export function neverConnected(error: unknown): boolean {
  if (!isError(error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === "UND_ERR_CONNECT_TIMEOUT" || BEFORE_SENDING.includes(syscall)) return true;
  const attempts = attemptsOf(error);
  return attempts.length > 0 ? attempts.every(neverConnected) : neverConnected(error.cause);
}

/** The codes of an error and of what led to it. */
export function codesOf(error: unknown): string[] {
  if (!isError(error)) return [];
  const attempts = attemptsOf(error);
  if (attempts.length > 0) return attempts.flatMap(codesOf);
  return [(error as NodeJS.ErrnoException).code, ...codesOf(error.cause)].filter((code) => code !== undefined);
}

/** A failed attempt on several addresses is an AggregateError: each has its own error, with its own code. */
function attemptsOf(error: Error): unknown[] {
  return "errors" in error && Array.isArray(error.errors) ? error.errors : [];
}
