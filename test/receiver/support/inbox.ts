import { afterEach } from "@jest/globals";
import type { Admin } from "../../../receiver/admin";
import { deadLetterPages } from "../../../receiver/admin";
import type { Clock } from "../../../receiver/clock";
import type { ArrivingEvent, ClaimedEvent, DeadLetter, Inbox } from "../../../receiver/inbox";
import type { EventQuery } from "../../../receiver/event-query";
import { openInbox } from "../../../receiver/self-hosted/open-inbox";
import type { SqliteInbox } from "../../../receiver/self-hosted/inbox";
import { configFor } from "./config";

const open = new Set<SqliteInbox>();

afterEach(() => {
  for (const inbox of open) void inbox.close();
  open.clear();
});

export interface Clocks {
  readonly wall: Clock;
  readonly monotonic: Clock;
}

/** The real inbox on a real file; closed after the test. One clock stands for both where they do not differ. */
export function testInbox(
  folder: string,
  clock: Clock | Clocks = Date.now,
  store: Record<string, number> = {},
): SqliteInbox {
  const clocks = typeof clock === "function" ? { wall: clock, monotonic: clock } : clock;
  const { inbox } = openInbox(configFor("https://localhost/", { store: { folder, ...store } }), clocks);
  open.add(inbox);
  return inbox;
}

export function closeInbox(inbox: SqliteInbox): void {
  open.delete(inbox);
  void inbox.close();
}

/** Takes out what is due, whether it failed before or not. */
export function claim(inbox: Pick<Inbox, "claim">, most: number): Promise<ClaimedEvent[]> {
  return inbox.claim("airkit", { total: most, triedFirst: 0, triedMost: most });
}

export async function lettersOf(admin: Pick<Admin, "deadLetters">, query: EventQuery = {}): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const page of deadLetterPages(admin, query)) letters.push(...page);
  return letters;
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
