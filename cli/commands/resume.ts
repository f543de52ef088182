import type { Command } from "commander";
import { newCommand } from "../command";
import { addOverrideOptions, override, type OverrideValues } from "../override";

const DESCRIPTION =
  "Ends every override of a relay, and what is declared holds again. Where the relay is declared as paused, its events flow all the same, for as long as --for says or until the declaration is changed and somebody resumes it once more.";

export function command(): Command {
  return addOverrideOptions(
    newCommand("resume", "Go on with a relay's deliveries; ends its overrides.", DESCRIPTION),
  ).action((values: OverrideValues) => override(values, { do: "resume" }));
}
