import { existsSync } from "node:fs";
import type { StoreStatus } from "../../../receiver/self-hosted/admin";
import { connectControl } from "../../../receiver/self-hosted/control";
import { controlSocket, databaseFile } from "../../../receiver/self-hosted/store-folder";
import { once } from "../once";
import type { SubjectOf } from "../subjects";

/** A receiver that runs on this machine, by the folder of its store. */
export class Receiver implements SubjectOf<"receiver"> {
  readonly kind = "receiver";

  constructor(readonly name: string) {}

  get storeExists(): boolean {
    return existsSync(databaseFile(this.name));
  }

  /** Through its control socket; `undefined` when no receiver runs on the store. */
  readonly status = once(async (): Promise<StoreStatus | undefined> =>
    (await connectControl(controlSocket(this.name)))?.status(),
  );
}
