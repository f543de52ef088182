import { parentPort, workerData } from "node:worker_threads";
import type { ReceiverConfig } from "../config";
import { messageOf, property } from "../../errors";
import type { Step } from "../group-commit";
import { openInbox } from "../open-inbox";
import type { Store } from "../store";
import { type Failure, type Opening, type Parcel, type StoreOrders, unpacked } from "./protocol";

/** The thread's side: opens the store and answers what is asked of it, many answers to a message. */
export function serveStore(step?: (step: Step) => void): void {
  const { config, setAsideDamaged } = workerData as StoreOrders;
  const port = parentPort;
  if (!port) throw new Error("serveStore runs in a thread of its own.");
  const say = (opening: Opening): void => {
    port.postMessage(opening);
  };
  let store: Store;
  try {
    const options = { setAsideDamaged, ...(step && { step }) };
    const { inbox, setAside } = openInbox(config as ReceiverConfig, options);
    store = inbox;
    say({ opened: true, ...(setAside !== undefined && { setAside }) });
  } catch (error) {
    say({ failure: failureOf(error) });
    return;
  }

  let values: [call: number, value: unknown][] = [];
  let failures: [call: number, failure: Failure][] = [];
  let posting = false;
  const post = (): void => {
    port.postMessage({ values, failures });
    values = [];
    failures = [];
    posting = false;
  };
  const replySoon = (): void => {
    if (!posting) setImmediate(post);
    posting = true;
  };
  const answer = (call: number, result: Promise<unknown>): void => {
    result.then(
      (value) => {
        values.push([call, value]);
        replySoon();
      },
      (error: unknown) => {
        failures.push([call, failureOf(error)]);
        replySoon();
      },
    );
  };
  port.on("message", ({ accepted, bodies, calls }: Parcel) => {
    let at = 0;
    for (const event of accepted) {
      const [call, bytes] = event;
      answer(call, store.accept(unpacked(event, new Uint8Array(bodies, at, bytes))));
      at += bytes;
    }
    for (const [call, method, args] of calls) {
      answer(
        call,
        (store[method] as (...args: readonly unknown[]) => Promise<unknown>).apply(store, args as unknown[]),
      );
    }
  });
}

function failureOf(error: unknown): Failure {
  return { name: String(property(error, "name")), message: messageOf(error) };
}
