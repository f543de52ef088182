import type { Command } from "commander";
import { jsonOption, newCommand } from "../command";
import { type StoreValues, addStoreOptions, storeFolderFrom } from "../config-options";
import { printJson, printLine } from "../print";
import { withStore } from "../with-store";
import { counted } from "../words";

interface Values extends StoreValues {
  readonly conversation: string;
  readonly json?: boolean;
}

const DESCRIPTION =
  "Erases every event of one conversation from a self-hosted receiver's store: those that wait, dead letters, and delivered ones that are kept. Their bytes are overwritten. What stays are the ids of events, by which duplicates are recognised, until dedupeHours are over. An event that is just being delivered may still arrive.";

export function command(): Command {
  return addStoreOptions(newCommand("erase", "Erase everything of one conversation from the store.", DESCRIPTION))
    .requiredOption("--conversation <id>", "Kustomer's id of the conversation")
    .addOption(jsonOption())
    .action(async (values: Values) => {
      const erased = await withStore(storeFolderFrom(values), (admin) => admin.erase(values.conversation));
      if (values.json) {
        printJson(erased);
        return;
      }
      const { queued, deadLetters, deliveries } = erased;
      printLine(
        queued + deadLetters + deliveries === 0
          ? `There is nothing of the conversation ${values.conversation} in the store.`
          : `Erased ${counted(queued, "waiting event")}, ${counted(deadLetters, "dead letter")} and ${counted(deliveries, "delivered event")}.`,
      );
    });
}
