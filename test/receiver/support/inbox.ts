import { afterEach } from "@jest/globals";
import type { Clock } from "../../../receiver/clock";
import type { ArrivingEvent } from "../../../receiver/inbox";
import { openInbox } from "../../../receiver/self-hosted/open-inbox";
import type { SqliteInbox } from "../../../receiver/self-hosted/inbox";
import { configFor } from "./config";

const open = new Set<SqliteInbox>();

afterEach(() => {
  for (const inbox of open) void inbox.close();
  open.clear();
});

/** The real inbox on a real file; closed after the test. */
export function testInbox(folder: string, clock: Clock = Date.now, store: Record<string, number> = {}): SqliteInbox {
  const { inbox } = openInbox(configFor("https://localhost/", { store: { folder, ...store } }), clock);
  open.add(inbox);
  return inbox;
}

export function closeInbox(inbox: SqliteInbox): void {
  open.delete(inbox);
  void inbox.close();
}

let numbers = 0;

export function arriving(parts: Partial<ArrivingEvent> = {}): ArrivingEvent {
  numbers += 1;
  return {
    destination: "airkit",
    id: `event-${numbers}`,
    contentType: "application/json",
    signature: "0".repeat(64),
    body: Buffer.from(`{"number":${numbers}}`),
    receivedAt: 1_000,
    ...parts,
  };
}
