import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type ArrivingEvent, StoreUnavailable } from "../../inbox";
import type { ReceiverConfig } from "../config";
import { StoreForeign, StoreInUse } from "../schema";
import { StoreDamaged } from "../store-files";
import type { Store } from "../store";
import {
  type ArrivingTuple,
  type Call,
  type Failure,
  type Opening,
  type Outcome,
  packed,
  type Parcel,
  type Replies,
  withoutBody,
} from "./protocol";

export interface StoreThreadOptions {
  readonly setAsideDamaged?: boolean;
  /** The crash harness has a worker of its own, which ends the process in the middle of things. */
  readonly worker?: string;
}

export interface OpenedStoreThread {
  readonly store: Store;
  readonly setAside?: string;
}

/**
 * Opens the store in a thread of its own. Waiting for the disk then keeps no request waiting, and while one group is being
 * written the next one gathers.
 */
export async function openStoreThread(
  config: Pick<ReceiverConfig, "store" | "relays">,
  options: StoreThreadOptions = {},
): Promise<OpenedStoreThread> {
  const worker = new Worker(options.worker ?? join(__dirname, "worker.js"), {
    workerData: { config, setAsideDamaged: options.setAsideDamaged ?? false },
    argv: process.argv.slice(2),
  });
  const opening = await new Promise<Opening>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  if ("failure" in opening) {
    await worker.terminate();
    throw errorOf(opening.failure);
  }
  return { store: new StoreThread(worker), ...(opening.setAside !== undefined && { setAside: opening.setAside }) };
}

interface Pending {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** Asks the store's thread. What is asked within one turn of the event loop goes over as one parcel, and so do the answers. */
class StoreThread implements Store {
  private readonly pending = new Map<number, Pending>();
  /** Those of the events in each parcel that is under way. */
  private readonly accepting = new Map<number, readonly Pending[]>();
  private arriving: ArrivingTuple[] = [];
  private bodies: Uint8Array[] = [];
  private bodyBytes = 0;
  private waiting: Pending[] = [];
  private calls: Call[] = [];
  private lastCall = 0;
  private lastParcel = 0;
  private posting = false;
  private closing = false;

  constructor(private readonly worker: Worker) {
    worker.on("message", this.receive);
    worker.on("exit", () => {
      // Without its store a receiver is of no use: whoever runs it starts it anew.
      if (!this.closing) throw new Error("The store's thread ended.");
    });
  }

  accept(event: ArrivingEvent): Promise<"stored" | "duplicate"> {
    return new Promise((resolve, reject) => {
      this.arriving.push(packed(event));
      this.bodies.push(event.body);
      this.bodyBytes += event.body.length;
      this.waiting.push({ resolve, reject });
      this.postSoon();
    });
  }

  readonly claim: Store["claim"] = (...args) => this.ask("claim", args);
  readonly nextDue: Store["nextDue"] = (...args) => this.ask("nextDue", args);
  readonly settle: Store["settle"] = (event) => this.ask("settle", [withoutBody(event)]);
  readonly release: Store["release"] = (event, ...rest) => this.ask("release", [withoutBody(event), ...rest]);
  readonly deadLetter: Store["deadLetter"] = (event, failure) => this.ask("deadLetter", [withoutBody(event), failure]);
  readonly stats: Store["stats"] = () => this.ask("stats", []);
  readonly deadLetters: Store["deadLetters"] = (...args) => this.ask("deadLetters", args);
  readonly deadLetterBody: Store["deadLetterBody"] = (...args) => this.ask("deadLetterBody", args);
  readonly replay: Store["replay"] = (...args) => this.ask("replay", args);
  readonly drop: Store["drop"] = (...args) => this.ask("drop", args);
  readonly prune: Store["prune"] = () => this.ask("prune", []);
  readonly look: Store["look"] = () => this.ask("look", []);
  readonly probe: Store["probe"] = () => this.ask("probe", []);
  readonly controls: Store["controls"] = () => this.ask("controls", []);
  readonly setControls: Store["setControls"] = (...args) => this.ask("setControls", args);
  readonly deliveries: Store["deliveries"] = (...args) => this.ask("deliveries", args);
  readonly deliveryBody: Store["deliveryBody"] = (...args) => this.ask("deliveryBody", args);
  readonly forgetDeliveries: Store["forgetDeliveries"] = () => this.ask("forgetDeliveries", []);
  readonly replayDeliveries: Store["replayDeliveries"] = (...args) => this.ask("replayDeliveries", args);
  readonly erase: Store["erase"] = (...args) => this.ask("erase", args);
  readonly bytesOnDisk: Store["bytesOnDisk"] = () => this.ask("bytesOnDisk", []);

  async close(): Promise<void> {
    this.closing = true;
    await this.ask("close", []);
    await this.worker.terminate();
  }

  private ask<T>(method: Call[1], args: readonly unknown[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call = (this.lastCall += 1);
      this.pending.set(call, { resolve, reject });
      this.calls.push([call, method, args]);
      this.postSoon();
    });
  }

  private postSoon(): void {
    if (!this.posting) setImmediate(this.post);
    this.posting = true;
  }

  private readonly post = (): void => {
    const bodies = new Uint8Array(this.bodyBytes);
    let at = 0;
    for (const body of this.bodies) {
      bodies.set(body, at);
      at += body.length;
    }
    const number = (this.lastParcel += 1);
    if (this.waiting.length > 0) this.accepting.set(number, this.waiting);
    const parcel: Parcel = { number, arriving: this.arriving, bodies: bodies.buffer, calls: this.calls };
    this.arriving = [];
    this.bodies = [];
    this.bodyBytes = 0;
    this.waiting = [];
    this.calls = [];
    this.posting = false;
    this.worker.postMessage(parcel, [bodies.buffer]);
  };

  private readonly receive = ({ accepted, values, failures }: Replies): void => {
    for (const [parcel, outcomes] of accepted) this.acceptedAll(parcel, outcomes);
    for (const [call, value] of values) this.answered(call)?.resolve(value as never);
    for (const [call, failure] of failures) this.answered(call)?.reject(errorOf(failure));
  };

  private acceptedAll(parcel: number, outcomes: readonly Outcome[]): void {
    const asked = this.accepting.get(parcel) ?? [];
    this.accepting.delete(parcel);
    for (const [index, outcome] of outcomes.entries()) {
      if (typeof outcome === "string") asked[index]?.resolve(outcome as never);
      else asked[index]?.reject(errorOf(outcome));
    }
  }

  private answered(call: number): Pending | undefined {
    const asked = this.pending.get(call);
    this.pending.delete(call);
    return asked;
  }
}

const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  StoreUnavailable,
  StoreDamaged,
  StoreForeign,
  StoreInUse,
};

function errorOf({ name, message }: Failure): Error {
  return new (CLASSES[name] ?? Error)(message);
}
