import { type Asked, type EventQuery, matcherOf } from "../event-query";
import type { ArrivingEvent, Page, StoredEvent } from "../inbox";
import { numberOf, type Queue } from "./queue";
import { arrivingEvent, type Row } from "./rows";
import type { Database } from "./sqlite";

/** So many are looked at in one go, whether they are the ones that were asked for or not: everything else waits meanwhile. */
const LOOKED_AT_ONCE = 1_000;

export interface SetAsideParts<Event> {
  readonly table: "dead" | "delivered";
  /** What the table has besides what every event has. */
  readonly columns: readonly string[];
  readonly eventFrom: (row: Row) => Event;
  /** When it was put there. */
  readonly at: (event: Event) => number;
}

/** Events that the queue is done with and a person may look at or send on: dead letters, and delivered ones that are kept. */
export class SetAside<Event extends StoredEvent & Partial<Asked>> {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(
    database: Database,
    private readonly queue: Queue,
    private readonly parts: SetAsideParts<Event>,
  ) {
    this.statements = prepare(database, parts);
  }

  /** The highest number there is: what comes later is not meant by who asks now. */
  last(): number {
    return numberOf(this.statements.last, "seq");
  }

  page(
    query: EventQuery,
    { after = 0, limit }: Page,
  ): { readonly events: readonly Event[]; readonly next?: number | undefined } {
    const { eventFrom, at } = this.parts;
    const most = Math.max(1, Math.min(limit, LOOKED_AT_ONCE));
    const matches = matcherOf(query);
    const asked = (rows: readonly Row[]): Event[] =>
      rows.map(eventFrom).filter((event) => matches({ ...event, at: at(event) }));
    if (query.seqs !== undefined) {
      const wanted = query.seqs.filter((seq) => seq > after).toSorted((a, b) => a - b);
      const rows = wanted
        .slice(0, most)
        .map((seq) => this.describe(seq))
        .filter((row) => row !== undefined);
      return { events: asked(rows), ...(wanted.length > most && { next: wanted[most - 1] }) };
    }
    const rows = this.statements.describe.all(after, most);
    const last = rows.length === most ? Number(rows.at(-1)?.seq) : undefined;
    return { events: asked(rows), ...(last !== undefined && { next: last }) };
  }

  body(seq: number): Uint8Array | undefined {
    const found = this.statements.read.get(seq)?.body;
    return found instanceof Uint8Array ? found : undefined;
  }

  /** Returns what is in the queue again. `now` is the store's running time, `wall` the wall clock's. */
  replay(seqs: readonly number[], now: number, wall: number): ArrivingEvent[] {
    return seqs.flatMap((seq) => {
      const row = this.statements.read.get(seq);
      if (!row) return [];
      // Received anew, or it would be taken for an event that has waited for as long as its person has.
      const event = { ...arrivingEvent(row), receivedAt: wall };
      this.queue.readmit(event, now);
      this.remove(seq);
      return [event];
    });
  }

  /** All but its body. */
  protected describe(seq: number): Row | undefined {
    return this.statements.describeOne.get(seq);
  }

  protected remove(seq: number): void {
    this.statements.remove.run(seq);
  }
}

function prepare(database: Database, { table, columns }: Pick<SetAsideParts<unknown>, "table" | "columns">) {
  const common =
    "seq, destination, id, name, conversation, length(body) AS bytes, attempts, received_at, content_type, event_header, signature";
  const described = [common, ...columns].join(", ");
  return {
    last: database.prepare(`SELECT max(seq) AS seq FROM ${table}`),
    describe: database.prepare(`SELECT ${described} FROM ${table} WHERE seq > ? ORDER BY seq LIMIT ?`),
    describeOne: database.prepare(`SELECT ${described} FROM ${table} WHERE seq = ?`),
    read: database.prepare(`SELECT * FROM ${table} WHERE seq = ?`),
    remove: database.prepare(`DELETE FROM ${table} WHERE seq = ?`),
  };
}
