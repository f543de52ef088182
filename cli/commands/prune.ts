import type { Command } from "commander";
import { jsonOption, newCommand } from "../command";
import { type StoreValues, addStoreOptions, storeFolderFrom } from "../config-options";
import { bytes, printJson, printLine } from "../print";
import { withStore } from "../with-store";

interface Values extends StoreValues {
  readonly json?: boolean;
}

const DESCRIPTION =
  "Gives back the space of what is past its retention, at once. The running receiver does this by itself, a little every second. Dead letters are never pruned: drop them with kustomer-relay dead-letters drop.";

export function command(): Command {
  return addStoreOptions(newCommand("prune", "Give back the space of what is past its retention.", DESCRIPTION))
    .addOption(jsonOption())
    .action(async (values: Values) => {
      const result = await withStore(storeFolderFrom(values), (admin) => admin.prune());
      if (values.json) printJson(result);
      else printLine(`The store's file went from ${bytes(result.bytesBefore)} to ${bytes(result.bytesAfter)}.`);
    });
}
