import { harmless } from "../harmless";
import type { Report } from "./report";
import { summaryOf, subjectsOf, unmadeOf } from "./group";

const WORDS = { ok: "ok", warn: "warn", fail: "FAIL", skip: "-" };

/** For a terminal: a line for each check, and below it what to do. */
export function asText(report: Report): string {
  const lines = report.fixes.map(
    ({ check, subject, done }) => `fixed ${check} of ${harmless(subject)}: ${harmless(done)}`,
  );
  const width = Math.max(...report.results.map(({ check }) => check.length), 0);
  for (const { title, results } of subjectsOf(report)) {
    lines.push(...(lines.length > 0 ? [""] : []), harmless(title));
    for (const { check, level, message, next } of results) {
      lines.push(`  ${WORDS[level].padEnd(4)}  ${check.padEnd(width)}  ${harmless(message)}`);
      if (next !== undefined) lines.push(`${" ".repeat(width + 10)}→ ${harmless(next)}`);
    }
  }
  const unmade = unmadeOf(report).map(({ because, count }) => `Not made because ${because} failed: ${count}.`);
  return [...lines, "", ...unmade, summaryOf(report)].join("\n");
}
