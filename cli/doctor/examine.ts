import { setTimeout as sleep } from "node:timers/promises";
import { RelayError, messageOf, sentence } from "../../providers/lifecycle/errors";
import { redactQuoted } from "../../providers/lifecycle/secrets";
import { type Check, type Finding, type Fix, type Level, fail, skip } from "./check";
import { CHECKS } from "./checks";
import type { Subject } from "./subject";

export interface Wishes {
  /** How long one check may take: its requests and their repetitions together. */
  readonly timeoutMs: number;
  /** Whether a check is wanted. Those that others need are made all the same. */
  readonly wants: (check: string) => boolean;
}

/** What one check found of one subject. */
export interface Result {
  readonly check: string;
  readonly kind: string;
  readonly subject: string;
  readonly level: Level;
  readonly message: string;
  readonly next?: string;
  readonly fix?: Fix;
  /** Not looked at, because this check failed before it. */
  readonly because?: string;
}

/** Makes all checks at once, but those that others need first; each has its own time, and none can spoil another. */
export async function examine(
  subjects: readonly Subject[],
  wishes: Wishes,
  checks: readonly Check[] = CHECKS,
): Promise<Result[]> {
  const made = new Map<string, Promise<Result>>();

  const resultOf = (check: Check, subject: Subject): Promise<Result> | undefined => {
    const look = check.of(subject);
    if (look === undefined) return undefined;
    const key = keyOf(check, subject);
    const result = made.get(key) ?? judge(check, subject, look);
    made.set(key, result);
    return result;
  };

  const judge = async (check: Check, subject: Subject, look: () => Promise<Finding>): Promise<Result> => {
    for (const need of checks.filter(({ name }) => check.needs.includes(name))) {
      const found = await (resultOf(need, subject) ?? (subject.organisation && resultOf(need, subject.organisation)));
      const cause = found?.level === "fail" ? need.name : found?.because;
      if (cause !== undefined)
        return { ...told(check, subject, skip(`not looked at, because ${cause} failed`)), because: cause };
    }
    return told(check, subject, await withinTime(look, wishes.timeoutMs));
  };

  const keyOf = ({ name }: Check, subject: Subject): string => `${name} ${subjects.indexOf(subject)}`;
  const pairs = subjects.flatMap((subject) => checks.map((check) => ({ check, subject })));
  await Promise.all(
    pairs.flatMap(({ check, subject }) => (wishes.wants(check.name) ? (resultOf(check, subject) ?? []) : [])),
  );
  const results = await Promise.all(pairs.flatMap(({ check, subject }) => made.get(keyOf(check, subject)) ?? []));
  // What keeps a wanted check from being made is told with it.
  return results.filter(({ check, level }) => wishes.wants(check) || level === "fail");
}

async function withinTime(look: () => Promise<Finding>, timeoutMs: number): Promise<Finding> {
  const giveUp = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: giveUp.signal }).then(() =>
    fail(
      `no answer within ${timeoutMs / 1000} seconds`,
      "run it again, with a longer --timeout if the other side is known to be slow",
    ),
  );
  late.catch(() => undefined);
  try {
    return await Promise.race([look(), late]);
  } catch (error) {
    return troubleOf(error);
  } finally {
    giveUp.abort();
  }
}

function troubleOf(error: unknown): Finding {
  if (!(error instanceof RelayError)) return fail(`the check itself failed: ${messageOf(error)}`, "please report it");
  const { doing, what, said, requestId, next = "correct that, then run it again" } = error;
  return fail(sentence({ doing, what, said, requestId }), next);
}

function told({ name }: Check, subject: Subject, { level, message, next, fix }: Finding): Result {
  const respell = subject.respell ?? subject.organisation?.respell ?? ((text: string): string => text);
  const said = (text: string): string => redactQuoted(respell(text));
  return {
    check: name,
    kind: subject.kind,
    subject: subject.name,
    level,
    message: said(message),
    ...(next !== undefined && { next: said(next) }),
    ...(fix !== undefined && { fix }),
  };
}
