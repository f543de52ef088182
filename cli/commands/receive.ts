import type { Command } from "commander";
import { startReceiver } from "../../receiver/self-hosted/receiver";
import { jsonOption, newCommand } from "../command";
import { type ConfigValues, addConfigOptions, configFrom } from "../config-options";
import { printLine } from "../print";

interface Values extends ConfigValues {
  readonly setAsideDamaged?: boolean;
  readonly json?: boolean;
}

const DESCRIPTION = [
  "Takes Kustomer's events durably and delivers them on its own clock. Prints one line on standard output once it takes events; logs go to standard error.",
  "SIGHUP reads the signing secrets again (files are also looked at every second). SIGTERM stops it: requests in flight are answered, the queue is kept. A flag wins over its variable, and both win over the file.",
].join("\n\n");

export function command(): Command {
  return addConfigOptions(newCommand("receive", "Run a receiver: take events durably and deliver them.", DESCRIPTION))
    .option("--set-aside-damaged", "begin a new store if the old one is damaged, and keep the damaged files")
    .addOption(jsonOption("the readiness line as JSON"))
    .action(receive);
}

async function receive(values: Values): Promise<void> {
  const config = configFrom(values);
  const receiver = await startReceiver(config, { setAsideDamaged: values.setAsideDamaged ?? false });
  const paths = config.relays.map((relay) => receiver.url + relay.path);
  printLine(
    values.json
      ? JSON.stringify({ ready: true, url: receiver.url, paths, observe: receiver.observeUrl, pid: process.pid })
      : `Receiving on ${paths.join(", ")} (process ${process.pid})`,
  );
  process.on("SIGHUP", () => void receiver.reload());
  await stopSignal();
  await receiver.stop();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}
