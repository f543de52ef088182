import { parentPort, workerData } from "node:worker_threads";
import type { ReceiverConfig } from "../config";
import { messageOf, property } from "../../errors";
import type { Step } from "../group-commit";
import { openInbox } from "../open-inbox";
import type { SqliteInbox } from "../inbox";
import {
  type Failure,
  type Opening,
  type Outcome,
  type Parcel,
  type Replies,
  type StoreOrders,
  unpacked,
} from "./protocol";

/** The thread's side: opens the store and answers what is asked of it, many answers to a message. */
export function serveStore(step?: (step: Step) => void): void {
  const { config, setAsideDamaged } = workerData as StoreOrders;
  const port = parentPort;
  if (!port) throw new Error("serveStore runs in a thread of its own.");
  const say = (opening: Opening): void => {
    port.postMessage(opening);
  };
  let store: SqliteInbox;
  try {
    const options = { setAsideDamaged, ...(step && { step }) };
    const { inbox, setAside } = openInbox(config as ReceiverConfig, options);
    store = inbox;
    say({ opened: true, ...(setAside !== undefined && { setAside }) });
  } catch (error) {
    say({ failure: failureOf(error) });
    return;
  }

  const replies = new Outgoing((sent) => {
    port.postMessage(sent);
  });
  port.on("message", (parcel: Parcel) => {
    if (parcel.arriving.length > 0) {
      const { number } = parcel;
      const events = unpacked(parcel);
      store.acceptAll(events).then(
        (accepted) => {
          replies.accepted(
            number,
            accepted.map((one) => (typeof one === "string" ? one : failureOf(one))),
          );
        },
        (error: unknown) => {
          const failure = failureOf(error);
          replies.accepted(
            number,
            events.map(() => failure),
          );
        },
      );
    }
    for (const [call, method, args] of parcel.calls) {
      (store[method] as (...args: readonly unknown[]) => Promise<unknown>).apply(store, args as unknown[]).then(
        (value) => {
          replies.value(call, value);
        },
        (error: unknown) => {
          replies.failure(call, failureOf(error));
        },
      );
    }
  });
}

/** Gathers the answers of a turn into one message. */
class Outgoing {
  private gathered: Gathered | undefined;

  constructor(private readonly send: (replies: Replies) => void) {}

  accepted(parcel: number, outcomes: readonly Outcome[]): void {
    this.next().accepted.push([parcel, outcomes]);
  }

  value(call: number, value: unknown): void {
    this.next().values.push([call, value]);
  }

  failure(call: number, failure: Failure): void {
    this.next().failures.push([call, failure]);
  }

  private next(): Gathered {
    if (!this.gathered) {
      this.gathered = { accepted: [], values: [], failures: [] };
      setImmediate(this.post);
    }
    return this.gathered;
  }

  private readonly post = (): void => {
    if (this.gathered) this.send(this.gathered);
    this.gathered = undefined;
  };
}

type Gathered = { [K in keyof Replies]: Replies[K][number][] };

function failureOf(error: unknown): Failure {
  return { name: String(property(error, "name")), message: messageOf(error) };
}
