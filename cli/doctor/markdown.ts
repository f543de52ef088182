import type { Report } from "./report";
import { summaryOf, subjectsOf, unmadeOf } from "./group";

const SIGNS = { ok: "✅", warn: "⚠️", fail: "❌", skip: "➖" };

/** For the summary of a CI job: what is wrong first, then everything, folded. */
export function asMarkdown(report: Report): string {
  const parts = [`## ${SIGNS[report.status]} kustomer-relay doctor`, summaryOf(report)];
  if (report.fixes.length > 0)
    parts.push(
      report.fixes
        .map(({ check, subject, done }) => `- Fixed \`${check}\` of ${text(subject)}: ${text(done)}`)
        .join("\n"),
    );
  const wrong = report.results.filter(({ level }) => level === "fail" || level === "warn");
  if (wrong.length > 0)
    parts.push(
      table(
        ["", "Of", "Check", "Found", "What to do"],
        wrong.map(({ level, subject, check, message, next = "" }) => [
          SIGNS[level],
          subject,
          `\`${check}\``,
          message,
          next,
        ]),
      ),
    );
  parts.push(...unmadeOf(report).map(({ because, count }) => `Not made because \`${because}\` failed: ${count}.`));
  const all = subjectsOf(report).flatMap(({ title, results }) =>
    results.map(({ level, check, message }) => [SIGNS[level], title, `\`${check}\``, message]),
  );
  parts.push(`<details><summary>All checks</summary>\n\n${table(["", "Of", "Check", "Found"], all)}\n\n</details>`);
  return parts.join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(text).join(" | ")} |`).join("\n");
}

/** Other systems' words must stay words: no cell may end early, and nothing may turn into markup. */
function text(words: string): string {
  return words
    .replace(/[\r\n]+/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;");
}
