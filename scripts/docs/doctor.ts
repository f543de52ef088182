import type { Check } from "../../cli/doctor/check";
import { table } from "./table";

const BEGIN = "<!-- checks: written by `npm run docs` from cli/doctor/kinds/ -->";
const END = "<!-- /checks -->";

/** docs/doctor.md with its table as the code has it; the words around it are written by hand. */
export function withChecks(page: string, checks: readonly Check[]): string {
  const [before, rest] = [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END))];
  if (!page.includes(BEGIN) || !page.includes(END)) throw new Error(`the page lacks ${BEGIN} and ${END}`);
  const kinds = [...new Set(checks.map(({ about }) => about))];
  const sections = kinds.map((kind) => {
    const rows = checks
      .filter(({ about }) => about === kind)
      .map(({ name, asks, remedy }) => [`\`${name}\``, asks, remedy]);
    return `### Of the ${kind}\n\n${table(["Check", "What has to be so", "What to do"], rows)}`;
  });
  return `${before}${BEGIN}\n\n${sections.join("\n\n")}\n\n${rest}`;
}
