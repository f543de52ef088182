import type { EventQuery } from "../receiver/event-query";
import { confirmMany } from "./confirm";
import type { BulkValues } from "./event-query-options";
import { printJson, printLine, table } from "./print";
import { counted } from "./words";

/** What is needed of an event to say what would be done. */
export interface Listed {
  readonly seq: number;
  readonly destination: string;
  readonly name?: string;
  readonly error?: string;
}

export interface Bulk extends BulkValues {
  /** "replay" or "drop". */
  readonly verb: string;
  readonly json?: boolean | undefined;
  readonly pages: AsyncIterable<readonly Listed[]>;
  readonly act: (query: EventQuery) => Promise<number>;
}

/** Does something with exactly the events that were counted: what comes after is not meant. Undefined after a dry run. */
export async function doInBulk({
  verb,
  pages,
  act,
  limit = Infinity,
  dryRun,
  yes,
  json,
}: Bulk): Promise<number | undefined> {
  const chosen: Listed[] = [];
  for await (const page of pages) {
    chosen.push(...page.slice(0, limit - chosen.length));
    if (chosen.length >= limit) break;
  }
  if (dryRun) {
    if (json) printJson({ dryRun: true, events: chosen.length, groups: groupsOf(chosen) });
    else printLine(inWords(chosen, verb));
    return undefined;
  }
  await confirmMany({ verb, count: chosen.length, yes });
  return chosen.length === 0 ? 0 : act({ seqs: chosen.map(({ seq }) => seq) });
}

function inWords(chosen: readonly Listed[], verb: string): string {
  const would = `This would ${verb} ${counted(chosen.length, "event")}.`;
  if (chosen.length === 0) return would;
  const rows = groupsOf(chosen).map(({ events, relay, event, error }) => [String(events), relay, event, error]);
  return `${would}\n\n${table(["events", "relay", "event", "error"], rows)}`;
}

interface Group {
  events: number;
  readonly relay: string;
  readonly event: string;
  readonly error: string;
}

function groupsOf(chosen: readonly Listed[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { destination: relay, name: event = "-", error = "-" } of chosen) {
    const key = JSON.stringify([relay, event, error]);
    const group = groups.get(key) ?? { events: 0, relay, event, error };
    group.events += 1;
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.events - a.events);
}
