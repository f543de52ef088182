import type { DeadLetter, DeadLetterSelection, InboxStats } from "../inbox";
import type { Store } from "./store";

export interface Status extends InboxStats {
  /** Whether a receiver runs on the store; otherwise only the file was read. */
  readonly running: boolean;
  /** The relays that the running receiver leaves alone for a moment because their destination is down. */
  readonly circuitsOpen: readonly string[];
}

/** What a person can ask of a store, whether a receiver runs on it or not. */
export interface Admin {
  status(): Promise<Status>;
  deadLetters(selection: DeadLetterSelection): Promise<DeadLetter[]>;
  deadLetterBody(seq: number): Promise<Uint8Array | undefined>;
  replay(selection: DeadLetterSelection): Promise<number>;
  drop(selection: DeadLetterSelection): Promise<number>;
  /** Forgets what is past its retention and gives space back, now rather than little by little. */
  prune(): Promise<{ readonly bytesBefore: number; readonly bytesAfter: number }>;
}

export interface AdminParts {
  readonly store: Store;
  readonly running: boolean;
  readonly circuitsOpen?: () => string[];
  readonly replayed?: () => void;
}

export function createAdmin({ store, running, circuitsOpen, replayed }: AdminParts): Admin {
  return {
    status: async () => ({ ...(await store.stats()), running, circuitsOpen: circuitsOpen?.() ?? [] }),
    deadLetters: (selection) => store.deadLetters(selection),
    deadLetterBody: (seq) => store.deadLetterBody(seq),
    replay: async (selection) => {
      const count = await store.replay(selection);
      replayed?.();
      return count;
    },
    drop: (selection) => store.drop(selection),
    prune: async () => {
      const bytesBefore = await store.bytesOnDisk();
      // Every step is a write of its own, so events which arrive meanwhile get their turn.
      while (await store.prune());
      return { bytesBefore, bytesAfter: await store.bytesOnDisk() };
    },
  };
}
