import { RELAY_METRICS } from "../../components/aws/metrics";
import { type Cost, type DeclaredResource, PRICES, TRAFFIC, costOf, sumOf } from "./aws-cost";
import { table } from "./table";

const BEGIN = "<!-- The costs are written by `npm run docs` from the resources that are declared. -->";
const END = "<!-- End of the costs. -->";

/** docs/aws.md with the costs of what is declared in their place. */
export function withCosts(page: string, resources: readonly DeclaredResource[]): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error("docs/aws.md has no place for the costs");
  return `${page.slice(0, before + BEGIN.length)}\n\n${costSection(resources)}\n\n${page.slice(after)}`;
}

/** What the same million costs elsewhere, in dollars: derived from the same prices, or quoted from the page of who offers it. */
const ALTERNATIVES: readonly (readonly [what: string, busy: string, quiet: string, remark: string])[] = [
  ["an HTTP API in front", "+ 1.00", "+ 1.00", "a domain of your own and throttling; no firewall either"],
  [
    "HTTP API straight into SQS",
    "1.69",
    "3.20",
    "without deduplication, logs and a check of signatures: it acknowledges anything",
  ],
  ["CloudFront and WAF in front", "+ 1.60", "+ 1.60", "and about $6 a month"],
  ["Hookdeck", "–", "–", "a service: from $39 a month; $0 up to 10,000 events, kept for three days"],
];

function costSection(resources: readonly DeclaredResource[]): string {
  const busy = costOf(resources, TRAFFIC.busy, RELAY_METRICS.length);
  const quiet = costOf(resources, TRAFFIC.quiet, RELAY_METRICS.length);
  const unconfirmed = Object.entries(PRICES).filter(([, { confirmed }]) => !confirmed);
  return [
    "A million events of up to 48 KiB, in dollars, us-east-1, without the free tier. Deliveries come in batches of ten while there is",
    "much to do, and one at a time while there is little:",
    "",
    table(
      ["For a million events", TRAFFIC.busy.what, TRAFFIC.quiet.what],
      [
        ...sideBySide(busy.perMillionEvents, quiet.perMillionEvents),
        ["**together**", ...[busy, quiet].map((cost) => `**${total(cost)}**`)],
      ],
    ),
    "",
    table(
      ["For a month", ""],
      [
        ...busy.perMonth.map(({ what, dollars }) => [what, money(dollars)]),
        ["**together**", `**${money(sumOf(busy.perMonth))}**`],
      ],
    ),
    "",
    "Of alarms the first ten and of dashboards the first three of an account cost nothing. Beside it:",
    "",
    table(
      ["Instead", TRAFFIC.busy.what, TRAFFIC.quiet.what, ""],
      ALTERNATIVES.map((row) => [...row]),
    ),
    "",
    `Prices are of November 2026. Not confirmed on a page of AWS: ${unconfirmed.map(([name]) => `\`${name}\``).join(", ")}`,
    "(`scripts/docs/aws-cost.ts`). A try of a delivery that fails costs as much as one that does not.",
  ].join("\n");
}

function sideBySide(busy: Cost["perMillionEvents"], quiet: Cost["perMillionEvents"]): string[][] {
  return busy.map(({ what, dollars }, index) => [what, money(dollars), money(quiet[index]?.dollars ?? 0)]);
}

function total(cost: Cost): string {
  return money(sumOf(cost.perMillionEvents));
}

function money(dollars: number): string {
  return dollars.toFixed(2);
}
