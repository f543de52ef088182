import type { Command } from "commander";
import type { Status } from "../../receiver/admin";
import { jsonOption, newCommand } from "../command";
import { bytes, printJson, printLine, table } from "../print";
import { type ReceiverValues, addReceiverOptions, withReceiver } from "../with-receiver";
import type { RelayControls } from "../../receiver/controls";
import { describe as describeControls } from "../override";
import { lasting } from "../words";

interface Values extends ReceiverValues {
  readonly json?: boolean;
}

const DESCRIPTION = [
  "Shows for every destination how many events wait, how old the oldest is, how many are being tried again, the last error, and the dead letters; and how much of the disk is used. Works whether the receiver runs or not.",
  "With --stack it asks the receivers on AWS that the outputs of a Pulumi stack name, with the environment's credentials or those of the AWS CLI. There a line is a receiver; the last error is in its log.",
].join("\n\n");

export function command(): Command {
  return addReceiverOptions(newCommand("status", "Show what waits in a receiver, for how long, and why.", DESCRIPTION))
    .addOption(jsonOption())
    .action(async (values: Values) => {
      const status = asFarAsKnown(await withReceiver(values, (admin) => admin.status()));
      if (values.json) printJson(status);
      else printLine(describe(status, Date.now()));
    });
}

/** How large a store may grow only its receiver knows. */
function asFarAsKnown({ bytesAllowed, ...status }: Status): Status {
  return bytesAllowed === undefined || bytesAllowed === 0 ? status : { ...status, bytesAllowed };
}

function describe(status: Status, now: number): string {
  const lines = [status.running ? "The receiver is running." : "No receiver is running on this store."];
  const { bytesUsed, bytesAllowed, dashboards = [] } = status;
  if (bytesUsed !== undefined)
    lines.push(`The store uses ${bytes(bytesUsed)}${bytesAllowed === undefined ? "" : ` of ${bytes(bytesAllowed)}`}.`);
  for (const dashboard of dashboards) lines.push(`Dashboard: ${dashboard}`);
  if (status.destinations.length === 0) lines.push("Nothing waits.");
  const rows = status.destinations.map((one) => [
    one.destination,
    String(one.queued),
    one.oldestReceivedAt === undefined ? "-" : lasting(now - one.oldestReceivedAt),
    String(one.retrying),
    String(one.deadLetters),
  ]);
  if (rows.length > 0) lines.push("", table(["destination", "waiting", "oldest", "retrying", "dead letters"], rows));
  for (const { destination, lastError } of status.destinations) {
    if (lastError) lines.push("", `${destination}, ${lasting(now - lastError.at)} ago: ${lastError.error}`);
  }
  for (const controls of status.controls.filter(isWorthTelling)) lines.push("", ...describeControls(controls));
  if (status.controlsProblem !== undefined)
    lines.push("", `Whether anything is paused or limited is not known: ${status.controlsProblem}`);
  for (const name of status.circuitsOpen) lines.push(`${name} is down: its events are kept, and it is probed.`);
  if (status.destinations.some((one) => one.deadLetters > 0)) {
    lines.push("", "Dead letters wait for you: kustomer-relay dead-letters list");
  }
  return lines.join("\n");
}

/** Nothing is said of relays that deliver as fast as they can. */
function isWorthTelling({ paused, maxPerSecond, overrides }: RelayControls): boolean {
  return paused || maxPerSecond !== undefined || Object.keys(overrides).length > 0;
}
