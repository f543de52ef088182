import type { Admin } from "../receiver/admin";
import { UsageError } from "./command";
import { type ConfigValues, storeFolderFrom } from "./config-options";
import { withStack } from "./with-stack";
import { withStore } from "./with-store";

export const RECEIVER_OPTIONS = {
  stack: { type: "string" },
  cwd: { type: "string" },
} as const;

interface ReceiverValues extends ConfigValues {
  readonly stack?: string | undefined;
  readonly cwd?: string | undefined;
}

/** Asks the receiver that the options name: one on AWS by its Pulumi stack, else a local one by its store. */
export async function withReceiver<T>(values: ReceiverValues, work: (admin: Admin) => Promise<T>): Promise<T> {
  const { stack, cwd, store, config } = values;
  if (stack === undefined) {
    if (cwd !== undefined) throw new UsageError("--cwd goes with --stack.");
    return withStore(storeFolderFrom(values), work);
  }
  if (store !== undefined || config !== undefined) {
    throw new UsageError("Give --stack for a receiver on AWS, or --store or --config for a local one.");
  }
  return withStack({ name: stack, folder: cwd }, work);
}
