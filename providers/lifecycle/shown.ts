import { inspect } from "node:util";
import { RelayError, isError } from "./errors";
import { redact, redactQuoted } from "./secrets";

/** What a person is shown of whatever was thrown; no secret is in it. */
export interface Shown {
  readonly message: string;
  /** Of what nobody expected: a bug. A mistake of the user's has none. */
  readonly stack: string | undefined;
}

export function shown(error: unknown): Shown {
  if (error instanceof RelayError) return { message: redact(error.message), stack: undefined };
  const unexpected = isError(error) ? error : new Error(inspect(error, { depth: 1 }));
  return {
    message: redactQuoted(`${unexpected.message} (this is unexpected: please report it)`),
    stack: redactQuoted(unexpected.stack ?? ""),
  };
}
