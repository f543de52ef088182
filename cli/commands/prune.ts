import { parseArgs } from "node:util";
import type { Command } from "../command";
import { CONFIG_OPTIONS, storeFolderFrom } from "../config-options";
import { bytes, printJson, printLine } from "../print";
import { withStore } from "../with-store";

export const command: Command = {
  summary: "Give back the space of what is past its retention, at once.",
  usage: `
Usage: kustomer-relay prune [--config receiver.yaml | --store FOLDER] [--json]

The running receiver does this by itself, a little every second. Dead letters are never pruned: drop them with
kustomer-relay dead-letters drop.`,

  async run(args) {
    const { values } = parseArgs({ args, options: { ...CONFIG_OPTIONS, json: { type: "boolean" } } });
    const result = await withStore(storeFolderFrom(values), (admin) => admin.prune());
    if (values.json) printJson(result);
    else printLine(`The store's file went from ${bytes(result.bytesBefore)} to ${bytes(result.bytesAfter)}.`);
    return 0;
  },
};
