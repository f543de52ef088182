import type * as z from "zod";
import { RelayError } from "./errors";

/** Whose answer it is, and where it says what its answers look like. */
export interface Answerer {
  /** As in a sentence: `Kustomer`, `the API key issuer`. */
  readonly name: string;
  readonly reference: string;
  /** What to do where an answer is otherwise. */
  readonly next?: string;
}

/** Parses an answer; the error names whose it is and what is wrong with it, never a value. */
export function understand<T extends z.ZodType>(
  { name, reference, next }: Answerer,
  doing: string,
  schema: T,
  body: unknown,
): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const wrong = [...new Set(parsed.error.issues.map(({ path }) => path.join(".") || "the body"))].join(", ");
  throw new RelayError({ doing, what: `the answer of ${name} is not what ${reference} says (${wrong})`, next });
}
