import type { Admin, Status } from "../admin";
import type { InboxStats } from "../inbox";
import type { Store } from "./store";

export type StoreStatus = Status & InboxStats;

/** What else can be asked of a store of one's own. */
export interface StoreAdmin extends Admin {
  status(): Promise<StoreStatus>;
  /** Forgets what is past its retention and gives space back, now rather than little by little. */
  prune(): Promise<{ readonly bytesBefore: number; readonly bytesAfter: number }>;
}

export interface AdminParts {
  readonly store: Store;
  readonly running: boolean;
  readonly circuitsOpen?: () => string[];
  readonly replayed?: () => void;
}

export function createAdmin({ store, running, circuitsOpen, replayed }: AdminParts): StoreAdmin {
  return {
    status: async () => ({ ...(await store.stats()), running, circuitsOpen: circuitsOpen?.() ?? [] }),
    deadLetters: (selection, page) => store.deadLetters(selection, page),
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
