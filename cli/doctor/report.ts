import { messageOf } from "../../providers/lifecycle/errors";
import { redactQuoted } from "../../providers/lifecycle/secrets";
import type { Fix, Level } from "./check";
import { type Place, subjectsOf } from "./gather";
import { type Result, type Wishes, examine } from "./examine";

/** A result as it is shown: whether it can be put right is told, and no more of it. */
export type Told = Omit<Result, "fix"> & { readonly fixable?: true };

/** What the doctor says, for whoever shows it. */
export interface Report {
  /** The worst of what was found. */
  readonly status: "ok" | "warn" | "fail";
  readonly counts: Readonly<Record<Level, number>>;
  readonly results: readonly Told[];
  /** What was put right, before the results were found. */
  readonly fixes: readonly { readonly check: string; readonly subject: string; readonly done: string }[];
}

/** Looks at everything; does what is safe of what is to be fixed, says so, and looks again. */
export async function reportOn(place: Place & Wishes, fix: boolean | ((result: Result) => boolean)): Promise<Report> {
  const results = await examine(await subjectsOf(place), place);
  const isWanted = typeof fix === "boolean" ? () => fix : fix;
  const fixable = results.flatMap((result) =>
    result.fix !== undefined && isWanted(result) ? [{ ...result, fix: result.fix }] : [],
  );
  if (fixable.length === 0) return report(results, []);
  const fixes = [];
  // One after the other: two may be about the same object.
  for (const { check, subject, fix } of fixable) fixes.push({ check, subject, done: await outcomeOf(fix) });
  return report(await examine(await subjectsOf(place), place), fixes);
}

/** One that fails is told, and the others are done all the same. */
async function outcomeOf(fix: Fix): Promise<string> {
  try {
    await fix.apply();
    return fix.done;
  } catch (error) {
    return `not ${fix.done}: ${redactQuoted(messageOf(error))}`;
  }
}

function report(results: readonly Result[], fixes: Report["fixes"]): Report {
  const count = (level: Level): number => results.filter((result) => result.level === level).length;
  const counts = { ok: count("ok"), warn: count("warn"), fail: count("fail"), skip: count("skip") };
  return {
    status: counts.fail > 0 ? "fail" : counts.warn > 0 ? "warn" : "ok",
    counts,
    results: results.map(({ fix, ...told }): Told => (fix === undefined ? told : { ...told, fixable: true })),
    fixes,
  };
}
