import { parseArgs } from "node:util";
import { startReceiver } from "../../receiver/self-hosted/receiver";
import type { Command } from "../command";
import { configFrom, CONFIG_OPTIONS } from "../config-options";
import { printLine } from "../print";

export const command: Command = {
  summary: "Take Kustomer's events durably and deliver them on their own clock.",
  usage: `
Usage: kustomer-relay receive [--config receiver.yaml] [options]

Prints one line on standard output once it takes events; logs go to standard error.
SIGHUP reads the signing secrets again (files are also looked at every second). SIGTERM stops it: requests in flight
are answered, the queue is kept.

  --config FILE            the configuration (receiver.yaml in this folder where it is not given)
  --host HOST, --port N    where to listen (127.0.0.1, 8080; port 0 takes a free one)
  --store FOLDER           where the events are kept
  --destination URL        declares a relay without a file; goes with
    --path PATH              the path that Kustomer posts to (/kustomer)
    --secret-file FILE       one signing secret a line, the current one first; may be repeated
    --secret-env NAME        a variable that holds one; may be repeated
                             (KUSTOMER_RELAY_SECRET and KUSTOMER_RELAY_SECRET_PREVIOUS where none is given)
    --allow-loopback-http    let the destination be http://localhost or http://127.0.0.1
  --log-level LEVEL        debug, info, warn or error
  --set-aside-damaged      begin a new store if the old one is damaged, and keep the damaged files
  --json                   the readiness line as JSON

Each option but the last three can be given as KUSTOMER_RELAY_<OPTION> in the environment; so can
KUSTOMER_RELAY_LOG_LEVEL.`,

  async run(args) {
    const { values } = parseArgs({
      args,
      options: { ...CONFIG_OPTIONS, "set-aside-damaged": { type: "boolean" }, json: { type: "boolean" } },
    });
    const config = configFrom(values);
    const receiver = await startReceiver(config, { setAsideDamaged: values["set-aside-damaged"] ?? false });
    const paths = config.relays.map((relay) => receiver.url + relay.path);
    printLine(
      values.json
        ? JSON.stringify({ ready: true, url: receiver.url, paths, observe: receiver.observeUrl, pid: process.pid })
        : `Receiving on ${paths.join(", ")} (process ${process.pid})`,
    );
    process.on("SIGHUP", () => void receiver.reloadSecrets());
    await stopSignal();
    await receiver.stop();
    return 0;
  },
};

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}
