import { setTimeout as sleep } from "node:timers/promises";
import { RelayError, messageOf } from "../../providers/lifecycle/errors";
import { redactQuoted } from "../../providers/lifecycle/secrets";
import { type Check, type Finding, type Fix, type Level, skip } from "./check";
import { CHECKS } from "./checks";
import type { Kind, Subject } from "./subjects";
import type { Organisation } from "./subjects/organisation";

export interface Wishes {
  /** How long one check may take: its requests and their repetitions together. */
  readonly timeoutMs: number;
  /** Whether a check is wanted. Those that others need are made all the same. */
  readonly wants: (check: string) => boolean;
}

/** What one check found of one subject. */
export interface Result {
  readonly check: string;
  readonly kind: Kind;
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

  const resultOf = (check: Check, subject: Subject): Promise<Result> => {
    const key = keyOf(check, subject);
    const result = made.get(key) ?? judged(check, subject);
    made.set(key, result);
    return result;
  };

  const judged = async (check: Check, subject: Subject): Promise<Result> => {
    for (const need of checks.filter(({ name }) => check.needs?.includes(name))) {
      const of = need.about === subject.kind ? subject : organisationOf(subject);
      if (of === undefined) continue;
      const { level, because } = await resultOf(need, of);
      const cause = level === "fail" ? need.name : because;
      if (cause !== undefined)
        return { ...toldOf(check, subject, skip(`not looked at, because ${cause} failed`)), because: cause };
    }
    return toldOf(check, subject, await looked(check, subject, wishes.timeoutMs));
  };

  const keyOf = ({ name }: Check, subject: Subject): string => `${name} ${subjects.indexOf(subject)}`;
  const pairs = subjects.flatMap((subject) =>
    checks
      .filter((check) => check.about === subject.kind && (check.concerns?.(subject as never) ?? true))
      .map((check) => ({ check, subject })),
  );
  const wanted = pairs.filter(({ check }) => wishes.wants(check.name));
  await Promise.all(wanted.map(({ check, subject }) => resultOf(check, subject)));
  const results = await Promise.all(pairs.flatMap(({ check, subject }) => made.get(keyOf(check, subject)) ?? []));
  // What keeps a wanted check from being made is told with it.
  return results.filter(({ check, level }) => wishes.wants(check) || level === "fail");
}

function organisationOf(subject: Subject): Organisation | undefined {
  return "organisation" in subject ? subject.organisation : undefined;
}

async function looked(check: Check, subject: Subject, timeoutMs: number): Promise<Finding> {
  const giveUp = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: giveUp.signal }).then((): Finding => ({
    level: "fail",
    message: `no answer within ${timeoutMs / 1000} seconds`,
    next: "run it again, with a longer --timeout if the other side is known to be slow",
  }));
  late.catch(() => undefined);
  try {
    // Typed by kind in the table; here kinds are data.
    return await Promise.race([(async () => check.look(subject as never))(), late]);
  } catch (error) {
    return troubleOf(error);
  } finally {
    giveUp.abort();
  }
}

function troubleOf(error: unknown): Finding {
  const [message = "", ...next] = messageOf(error).split("; ");
  if (error instanceof RelayError)
    return { level: "fail", message, next: next.join("; ") || "mend that, then run it again" };
  return { level: "fail", message: `the check itself failed: ${messageOf(error)}`, next: "please report it" };
}

function toldOf({ name }: Check, { kind, name: subject }: Subject, { level, message, next, fix }: Finding): Result {
  return {
    check: name,
    kind,
    subject,
    level,
    message: redactQuoted(message),
    ...(next === undefined ? {} : { next: redactQuoted(next) }),
    ...(fix === undefined ? {} : { fix }),
  };
}
