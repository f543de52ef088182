import { setTimeout as sleep } from "node:timers/promises";
import { AnsweredError, messageOf } from "../lifecycle/errors";
import { ForeignAnswerError } from "../lifecycle/http";
import type { Run } from "../lifecycle/run";
import type { KustomerClient } from "./client";

/** How long a preview waits for a network that may not be there. */
const PATIENCE_MS = 8_000;

/** What was asked in this run, by organisation and key. */
class AskedOnce {
  readonly answers = new Map<string, Promise<string[]>>();
}

/**
 * Whether Kustomer lets us in, asked by the first check of a run and once for each organisation: a wrong key or address is told
 * by the preview, and not in the middle of `up`. Without a network there is only a warning, for a preview needs none.
 */
export function verifyAccess(client: KustomerClient, run: Run): Promise<string[]> {
  const { answers } = run.of(AskedOnce);
  const answer = answers.get(client.credential) ?? ask(client, run);
  answers.set(client.credential, answer);
  return answer;
}

async function ask(client: KustomerClient, run: Run): Promise<string[]> {
  try {
    await withPatience(client.currentAuthToken(), run);
    return [];
  } catch (error) {
    if (error instanceof AnsweredError && error.status < 500) return [`${error.message}${remedyOf(error, client)}`];
    if (error instanceof ForeignAnswerError) return [`${error.message}; ${wrongAddress(client)}`];
    // Whoever cancels knows why there was no answer.
    if (run.signal.aborted) return [];
    run.warn(`could not verify the key of ${client.baseUrl}, so a wrong one shows only later: ${messageOf(error)}`);
    return [];
  }
}

/** The answer to what a preview would like to know, and can do without. */
export async function withPatience<T>(answer: Promise<T>, run: Run): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      answer,
      sleep(PATIENCE_MS, undefined, { signal: AbortSignal.any([late.signal, run.signal]) }).then((): never => {
        throw new Error(`no answer within ${PATIENCE_MS / 1000} seconds`);
      }),
    ]);
  } finally {
    late.abort();
  }
}

function remedyOf({ status, next }: AnsweredError, client: KustomerClient): string {
  if (status === 404) return `; ${wrongAddress(client)}`;
  return next === undefined || next === "" ? "; check kustomer:apiKey" : "";
}

function wrongAddress({ baseUrl }: KustomerClient): string {
  return `${baseUrl} does not answer as Kustomer's API does: check kustomer:org (acme of https://acme.api.kustomerapp.com) or kustomer:baseUrl`;
}
