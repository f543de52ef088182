import { hostname, userInfo } from "node:os";
import type { Command } from "commander";
import { type Order, type RelayControls, sentencesOf } from "../receiver/controls";
import { jsonOption } from "./command";
import { duration } from "./moment";
import { printJson, printLine } from "./print";
import { type ReceiverValues, addReceiverOptions, withReceiver } from "./with-receiver";

export interface OverrideValues extends ReceiverValues {
  readonly relay: string;
  readonly for?: number;
  readonly reason?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** What the commands have in common that change a running relay. */
export function addOverrideOptions(command: Command): Command {
  return addReceiverOptions(command)
    .requiredOption("--relay <name>", "the relay, as status names it")
    .option("--for <time>", "for so long, then what is declared holds again: 30m, 2h, 1d", (text) => duration(text))
    .option("--reason <text>", "why, for whoever looks later")
    .option("--by <name>", "who does it (the user of this shell)")
    .addOption(jsonOption());
}

export async function override(values: OverrideValues, order: Pick<Order, "do" | "maxPerSecond">): Promise<void> {
  const { relay, for: forMs, reason, by, json, stack } = values;
  const full: Order = {
    ...order,
    by: by ?? whoami(),
    ...(forMs !== undefined && { forMs }),
    ...(reason !== undefined && { reason }),
  };
  const controls = await withReceiver(values, (admin) => admin.override(relay, full));
  if (json) printJson(controls);
  else printLine([...describe(controls), ...(stack === undefined ? [] : [ON_AWS])].join("\n"));
}

const ON_AWS =
  "The functions go by it within five seconds; what waited for the end of a pause goes on little by little.";

export function describe({ relay, paused, maxPerSecond, overrides, declared }: RelayControls): string[] {
  const limit = maxPerSecond === undefined ? "" : `, at most ${maxPerSecond} a second`;
  const now = `${relay} ${paused ? "is paused: its events are taken and kept, none is delivered" : `delivers${limit}`}.`;
  const declares =
    declared === undefined
      ? []
      : [
          ...(declared.paused ? ["Declared: paused."] : []),
          ...(declared.maxPerSecond === undefined ? [] : [`Declared: at most ${declared.maxPerSecond} a second.`]),
        ];
  return [now, ...sentencesOf(overrides).map((sentence) => `Override: ${sentence}.`), ...declares];
}

/** Who sits at this machine, for whoever looks at an override later. */
export function whoami(environment: NodeJS.ProcessEnv = process.env): string {
  const user = environment.SUDO_USER ?? environment.USER ?? environment.USERNAME ?? nameOfUser();
  return `${user}@${hostname()}`;
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return "unknown";
  }
}
