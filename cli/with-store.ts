import { existsSync } from "node:fs";
import { createAdmin, type StoreAdmin } from "../receiver/self-hosted/admin";
import { parseConfig } from "../receiver/self-hosted/config";
import { ControlsBoard } from "../receiver/self-hosted/controls-board";
import { connectControl } from "../receiver/self-hosted/control";
import { openInbox } from "../receiver/self-hosted/open-inbox";
import { controlSocket, databaseFile } from "../receiver/self-hosted/store-folder";

/** Does something with a store: through the receiver that runs on it, or with its file where none runs. */
export async function withStore<T>(folder: string, work: (admin: StoreAdmin) => Promise<T>): Promise<T> {
  // Opening makes what is not there, which would answer a mistyped name with an empty store.
  if (!existsSync(databaseFile(folder))) {
    throw new Error(
      `There is no store in ${folder}. Name its folder with --store, or the configuration with --config.`,
    );
  }
  const running = await connectControl(controlSocket(folder));
  if (running) return work(running);
  const { store } = parseConfig({ store: { folder }, relays: [UNUSED_RELAY] }, "the store's options");
  // How long ids are kept is not known here: the store remembers what its receiver was told.
  const { dedupeHours: _unknown, ...known } = store;
  const { inbox } = openInbox({ store: known, relays: [] });
  try {
    const board = new ControlsBoard({ store: inbox, clock: Date.now });
    await board.start();
    return await work(createAdmin({ store: inbox, running: false, board }));
  } finally {
    await inbox.close();
  }
}

/** The schema wants a relay; nothing is received or delivered here. */
const UNUSED_RELAY = { name: "none", secrets: [{ env: "NONE" }], destination: { url: "https://localhost/" } };
