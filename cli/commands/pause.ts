import type { Command } from "commander";
import { newCommand } from "../command";
import { addOverrideOptions, override, type OverrideValues } from "../override";

const DESCRIPTION =
  "Events are taken and kept in their order, and none is delivered, until resume or the end of --for. What is under way is finished. It stands above what is declared, and shows in status, health, metrics and the doctor. Refused where it could outlast what the store keeps.";

export function command(): Command {
  return addOverrideOptions(newCommand("pause", "Stop a relay's deliveries; its events are kept.", DESCRIPTION)).action(
    (values: OverrideValues) => override(values, { do: "pause" }),
  );
}
