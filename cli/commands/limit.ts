import type { Command } from "commander";
import { isRate, RATE_IN_WORDS } from "../../receiver/controls";
import { newCommand, UsageError } from "../command";
import { addOverrideOptions, override, type OverrideValues } from "../override";

interface Values extends OverrideValues {
  readonly maxPerSecond: number | "none";
}

const DESCRIPTION =
  "At most so many requests go to the destination in any second, tries of events that failed included. It stands above what is declared, until resume or the end of --for.";

export function command(): Command {
  return addOverrideOptions(newCommand("limit", "Slow a relay's deliveries down.", DESCRIPTION))
    .requiredOption("--max-per-second <number>", "how many, or none for no limit", rateOf)
    .action((values: Values) => override(values, { do: "limit", maxPerSecond: values.maxPerSecond }));
}

function rateOf(text: string): number | "none" {
  if (text === "none") return "none";
  if (text !== "" && isRate(Number(text))) return Number(text);
  throw new UsageError(`--max-per-second ${text}: must be ${RATE_IN_WORDS}, or none.`, "kustomer-relay limit");
}
