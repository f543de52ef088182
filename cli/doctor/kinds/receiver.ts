import { existsSync } from "node:fs";
import { RelayError } from "../../../providers/lifecycle/errors";
import type { StoreStatus } from "../../../receiver/self-hosted/admin";
import { connectControl } from "../../../receiver/self-hosted/control";
import { controlSocket, databaseFile } from "../../../receiver/self-hosted/store-folder";
import { counted, lasting, list } from "../../words";
import { checksOf, fail, ok, warn } from "../check";
import { judgeControls } from "../controls";
import { once } from "../once";
import type { Subject } from "../subject";

/** A receiver that runs on this machine, by the folder of its store. */
export class Receiver implements Subject {
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

const WARN_AFTER_MS = 5 * 60_000;
const FAIL_AFTER_MS = 60 * 60_000;
const WARN_ABOVE = 0.8;
const NOT_RUNNING = { what: "no receiver runs on the store", next: "start it: kustomer-relay receive" };

export const receiverChecks = checksOf("receiver", (subject) => subject instanceof Receiver, [
  {
    name: "receiver-running",
    asks: "A receiver runs on the store that is named with `--store` (or in `receiver.yaml`).",
    remedy: "Start it: `kustomer-relay receive`; its log says why it ended.",
    async look(receiver) {
      if (!receiver.storeExists)
        return fail("there is no store in this folder", "name the receiver's folder with --store");
      if ((await receiver.status()) !== undefined) return ok("a receiver runs on the store");
      return fail(NOT_RUNNING.what, NOT_RUNNING.next);
    },
  },
  {
    name: "receiver-queue",
    asks: `No event waits for more than ${lasting(WARN_AFTER_MS)}, and no destination is down.`,
    remedy:
      "`kustomer-relay status` shows the last error of each destination; the checks of the endpoint behind it say more.",
    needs: ["receiver-running"],
    async look(receiver) {
      const { destinations, circuitsOpen } = await running(receiver);
      if (circuitsOpen.length > 0)
        return fail(
          `the destination of ${list(circuitsOpen)} is down: its events are kept`,
          "see `kustomer-relay status`",
        );
      const waiting = destinations.reduce((sum, { queued }) => sum + queued, 0);
      const oldest = Math.min(...destinations.map(({ oldestReceivedAt = Infinity }) => oldestReceivedAt));
      const age = Date.now() - oldest;
      if (!(age >= WARN_AFTER_MS))
        return ok(`${counted(waiting, "event")} waiting${waiting === 0 ? "" : `, for ${lasting(age)} at most`}`);
      const message = `${counted(waiting, "event")} waiting, the oldest for ${lasting(age)}`;
      return age >= FAIL_AFTER_MS
        ? fail(message, "see `kustomer-relay status`")
        : warn(message, "see `kustomer-relay status`");
    },
  },
  {
    name: "receiver-dead-letters",
    asks: "There are no dead letters: no event was given up.",
    remedy: "`kustomer-relay dead-letters list` says why; correct that, then `replay` or `drop` them.",
    needs: ["receiver-running"],
    async look(receiver) {
      const dead = (await running(receiver)).destinations.filter(({ deadLetters }) => deadLetters > 0);
      if (dead.length === 0) return ok("no dead letters");
      return fail(
        list(dead.map(({ destination, deadLetters }) => `${counted(deadLetters, "dead letter")} of ${destination}`)),
        "see `kustomer-relay dead-letters list`, correct the cause, then replay or drop them",
      );
    },
  },
  {
    name: "receiver-controls",
    asks: "No relay is paused, and nobody has set anything above what is declared.",
    remedy: "`kustomer-relay status` says who, why and until when; `kustomer-relay resume --relay NAME` ends it.",
    needs: ["receiver-running"],
    async look(receiver) {
      return judgeControls((await running(receiver)).controls);
    },
  },
  {
    name: "receiver-room",
    asks: `The store is filled to less than ${WARN_ABOVE * 100} %.`,
    remedy: "See why events wait; raise `store.maxMiB`, or `kustomer-relay prune`.",
    needs: ["receiver-running"],
    async look(receiver) {
      const { bytesUsed, bytesAllowed } = await running(receiver);
      const share = bytesUsed / bytesAllowed;
      const message = `the store is filled to ${Math.round(share * 100)} %`;
      if (share < WARN_ABOVE) return ok(message);
      const next = "see why events wait, or raise store.maxMiB";
      return share >= 1 ? fail(`${message}: events are refused`, next) : warn(message, next);
    },
  },
]);

async function running(receiver: Receiver): Promise<StoreStatus> {
  const status = await receiver.status();
  if (status === undefined) throw new RelayError(NOT_RUNNING);
  return status;
}
