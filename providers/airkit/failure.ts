import * as z from "zod";
import { RelayError } from "../lifecycle/errors";
import type { HttpAnswer } from "../lifecycle/http";
import type { Known } from "./driver";

/** What the console API answered when it did not do what was asked. */
export class ConsoleError extends RelayError {
  override readonly name = "ConsoleError";

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** The object exists, but not all that belongs to making it was done. */
export class UnfinishedError extends RelayError {
  override readonly name = "UnfinishedError";

  constructor(
    message: string,
    readonly known: Known,
  ) {
    super(message);
  }
}

const errorBody = z.object({
  error: z.object({
    message: z.string(),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
    usedBy: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })).default([]),
  }),
});

/** One line: what was being done, the status, the server's words, the request id, and what to do next. */
export function failure(doing: string, answer: HttpAnswer): ConsoleError {
  const id = answer.requestId === undefined ? "" : ` (request ${answer.requestId})`;
  const parts = [wordsOf(answer.body), hintFor(answer.status)].filter((part) => part !== "");
  const head = `${doing}: the Airkit console API answered ${answer.status}${id}`;
  const [first, ...rest] = parts;
  return new ConsoleError(first === undefined ? head : [`${head}: ${first}`, ...rest].join("; "), answer.status);
}

function wordsOf(body: unknown): string {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return "";
  const { message, fields, usedBy } = parsed.data.error;
  const users = usedBy.map(({ kind, name, id }) => `${kind} "${name}" (${id})`).join(", ");
  const details = [
    ...fields.map(({ field, message }) => `${field}: ${message}`),
    ...(users === "" ? [] : [`used by ${users}`]),
  ];
  return [message, ...details].join("; ");
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return "the token is not accepted: check airkit:token";
  if (status === 404) return "check airkit:baseUrl";
  if (status === 409) return "change or delete what uses it first, then run it again";
  if (status >= 500) return "run it again; if it stays, ask whoever runs the API with the request id";
  return "";
}
