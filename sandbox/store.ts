import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AirkitKind } from "./airkit/forms";
import type { AirkitObject } from "./airkit/object";
import type { KeyRecord, ReceivedRecord, TransactionRecord, WebhookRecord } from "./types";

export interface StoredKey extends KeyRecord {
  token: string;
}

/** An event on its way to one webhook. */
export interface Delivery {
  id: string;
  webhookId: string;
  eventName: string;
  eventId: string;
  body: string;
  /** The attempt that comes next, counted from 1. */
  attempt: number;
  /** Epoch milliseconds. */
  dueAt: number;
}

export interface State {
  version: 1;
  org: { id: string; name: string; createdAt: string };
  managementKey: string;
  issuerToken: string;
  webhooks: WebhookRecord[];
  keys: StoredKey[];
  transactions: TransactionRecord[];
  deliveries: Delivery[];
  received: ReceivedRecord[];
  /** Signing secrets that the Airkit end accepts, by Resource. */
  secrets: Record<string, string[]>;
  /** What is in Airkit's console. */
  airkit: Record<AirkitKind, AirkitObject[]>;
  airkitToken: string;
  /** What was made under which idempotency key. */
  airkitKeys: { kind: AirkitKind; key: string; id: string; fields: Record<string, unknown> }[];
}

/** Ids as Kustomer's: 24 hexadecimal digits. */
export const newId = (): string => randomBytes(12).toString("hex");

export class Store {
  readonly state: State;
  readonly #file: string | undefined;
  #dirty = false;
  #flushing: NodeJS.Immediate | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
    if (file !== undefined) mkdirSync(path.dirname(file), { recursive: true });
    // A file of an earlier sandbox may lack what was added since.
    this.state = { ...fresh(), ...(file === undefined ? {} : load(file)) };
  }

  /** To be called after every change; changes of one turn are written together. */
  changed(): void {
    if (this.#file === undefined) return;
    this.#dirty = true;
    this.#flushing ??= setImmediate(() => {
      this.flush();
    });
  }

  /** Writes what has changed; called before every answer, so that nothing answered is lost in a crash. */
  flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    if (!this.#dirty || this.#file === undefined) return;
    this.#dirty = false;
    const temporary = `${this.#file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.state), { mode: 0o600 });
    renameSync(temporary, this.#file);
  }
}

function fresh(): State {
  return {
    version: 1,
    org: { id: newId(), name: "sandbox", createdAt: new Date().toISOString() },
    managementKey: "",
    issuerToken: randomBytes(24).toString("hex"),
    webhooks: [],
    keys: [],
    transactions: [],
    deliveries: [],
    received: [],
    secrets: {},
    airkit: { accounts: [], resources: [], hubs: [], "routing-flows": [] },
    airkitToken: randomBytes(24).toString("hex"),
    airkitKeys: [],
  };
}

function load(file: string): State | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const state = parse(text);
  if (state?.version !== 1) throw new Error(`${file} is not a sandbox state file; move it away to start afresh.`);
  return state as State;
}

function parse(text: string): Partial<State> | null {
  try {
    return JSON.parse(text) as Partial<State> | null;
  } catch {
    return null;
  }
}
