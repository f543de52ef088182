import { counted } from "../words";
import type { Report } from "./report";

type Results = Report["results"];

/** The results of each subject together, but for the checks that were not made because another one failed. */
export function subjectsOf({ results }: Report): { title: string; results: Results }[] {
  const made = results
    .filter(({ because }) => because === undefined)
    .map((result) => ({ title: `${result.kind} ${result.subject}`, result }));
  return [...new Set(made.map(({ title }) => title))].map((title) => ({
    title,
    results: made.filter((one) => one.title === title).map(({ result }) => result),
  }));
}

/** How many checks were not made, by the one that failed before them. */
export function unmadeOf({ results }: Report): { because: string; count: number }[] {
  const causes = results.flatMap(({ because }) => because ?? []);
  return [...new Set(causes)].map((because) => ({
    because,
    count: causes.filter((cause) => cause === because).length,
  }));
}

export function summaryOf({ counts }: Report): string {
  const parts = [
    `${counts.ok} ok`,
    counted(counts.warn, "warning"),
    `${counts.fail} failed`,
    `${counts.skip} not made`,
  ];
  return `${parts.join(", ")}.`;
}
