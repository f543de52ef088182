import * as z from "zod";
import { AnsweredError } from "../lifecycle/errors";
import type { HttpAnswer } from "../lifecycle/http";

/** What the console API answered when it did not do what was asked. */
export class ConsoleError extends AnsweredError {
  override readonly name = "ConsoleError";
}

const errorBody = z.object({
  error: z.object({
    message: z.string(),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
    usedBy: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })).default([]),
  }),
});

export function failure(doing: string, { status, requestId, body }: HttpAnswer): ConsoleError {
  const what = `the Airkit console API answered ${status}`;
  return new ConsoleError({ doing, what, said: wordsOf(body), next: hintFor(status), status, requestId });
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
