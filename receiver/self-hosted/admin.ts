import { type Admin, replayInPace, type Status } from "../admin";
import type { EventQuery } from "../event-query";
import type { InboxStats, KeptPage, Page } from "../inbox";
import type { ControlsBoard } from "./controls-board";
import { pauseRefusal } from "./pause-room";
import type { Erased, Store } from "./store";

export type StoreStatus = Status & InboxStats;

/** What else can be asked of a store of one's own. */
export interface StoreAdmin extends Admin {
  status(): Promise<StoreStatus>;
  /** Forgets what is past its retention and gives space back, now rather than little by little. */
  prune(): Promise<{ readonly bytesBefore: number; readonly bytesAfter: number }>;
  /** Of the relays with keepDeliveredHours. */
  deliveries(query: EventQuery, page: Page): Promise<KeptPage>;
  deliveryBody(seq: number): Promise<Uint8Array | undefined>;
  replayDeliveries(query: EventQuery): Promise<number>;
  erase(conversation: string): Promise<Erased>;
}

export interface AdminParts {
  readonly store: Store;
  readonly running: boolean;
  readonly board: ControlsBoard;
  readonly circuitsOpen?: () => string[];
  /** Bytes that a relay's events bring, as far as that is known. */
  readonly bytesPerMs?: (relay: string) => number;
  readonly replayed?: () => void;
}

export function createAdmin(parts: AdminParts): StoreAdmin {
  const { store, running, board, circuitsOpen, bytesPerMs, replayed } = parts;
  const again = async (count: Promise<number>): Promise<number> => {
    await count;
    replayed?.();
    return count;
  };
  const admin: StoreAdmin = {
    status: async () => ({
      ...(await store.stats()),
      running,
      circuitsOpen: circuitsOpen?.() ?? [],
      controls: board.all(),
    }),
    override: async (relay, order) => {
      const { destinations } = await store.stats();
      const { bytesUsed = 0, bytesAllowed } = destinations.find((one) => one.destination === relay) ?? {};
      if (order.do === "pause" && bytesAllowed !== undefined) {
        const room = { bytesUsed, bytesAllowed, bytesPerMs: bytesPerMs?.(relay) ?? 0 };
        const refusal = pauseRefusal(relay, room, order.forMs);
        if (refusal !== undefined) throw new Error(refusal);
      }
      return board.order(relay, order);
    },
    deadLetters: (query, page) => store.deadLetters(query, page),
    deadLetterBody: (seq) => store.deadLetterBody(seq),
    replay: (query, perSecond, going) =>
      perSecond === undefined ? again(store.replay(query)) : replayInPace(admin, query, perSecond, going),
    drop: (query) => store.drop(query),
    prune: async () => {
      const bytesBefore = await store.bytesOnDisk();
      // Every step is a write of its own, so events which arrive meanwhile get their turn.
      while (await store.prune());
      while (await store.forgetDeliveries());
      return { bytesBefore, bytesAfter: await store.bytesOnDisk() };
    },
    deliveries: (query, page) => store.deliveries(query, page),
    deliveryBody: (seq) => store.deliveryBody(seq),
    replayDeliveries: (query) => again(store.replayDeliveries(query)),
    erase: (conversation) => store.erase(conversation),
  };
  return admin;
}
