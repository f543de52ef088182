import type { Command } from "commander";
import type { Admin } from "../receiver/admin";
import { UsageError } from "./command";
import { DEFAULT_FILE, type StoreValues, addStoreOptions, isStoreNamed, storeFolderFrom } from "./config-options";
import { withStack } from "./with-stack";
import { withStore } from "./with-store";

export interface ReceiverValues extends StoreValues {
  readonly stack?: string;
  readonly cwd?: string;
}

export function addReceiverOptions(command: Command): Command {
  return addStoreOptions(command)
    .option("--stack <name>", "receivers on AWS: the Pulumi stack whose outputs name them")
    .option("--cwd <folder>", "the folder of that stack's project");
}

/** Asks the receiver that the options name: one on AWS by its Pulumi stack, else a self-hosted one by its store. */
export async function withReceiver<T>(values: ReceiverValues, work: (admin: Admin) => Promise<T>): Promise<T> {
  const { stack, cwd, store, config } = values;
  if (stack === undefined) {
    if (cwd !== undefined) throw new UsageError("--cwd goes with --stack.");
    if (!isStoreNamed(values))
      throw new Error(
        `No receiver is named, and there is no ${DEFAULT_FILE} in this folder. One on AWS: name its Pulumi stack with --stack. A self-hosted one: its store with --store, or its configuration with --config.`,
      );
    return withStore(storeFolderFrom(values), work);
  }
  if (store !== undefined || config !== undefined) {
    throw new UsageError("Give --stack for a receiver on AWS, or --store or --config for a self-hosted one.");
  }
  return withStack({ name: stack, folder: cwd }, work);
}
