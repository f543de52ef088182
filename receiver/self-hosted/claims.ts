import type { ClaimedEvent, NextDue, Places } from "../inbox";
import type { Queue } from "./queue";

const NONE: ReadonlyMap<number, number> = new Map();

/**
 * Which events are taken out for delivery. Known to the one process that uses the store, so a claim is memory and ends with
 * it. With each the size of its body, which does not come back with the outcome.
 */
export class Claims {
  private readonly byDestination = new Map<string, Map<number, number>>();

  constructor(private readonly queue: Queue) {}

  /** `now` is the store's running time. */
  claim(destination: string, places: Places, now: number): ClaimedEvent[] {
    const claimed = this.take(destination, "tried", Math.min(places.triedFirst, places.total), now);
    claimed.push(...this.take(destination, "untried", places.total - claimed.length, now));
    const tried = claimed.filter(({ attempts }) => attempts > 0).length;
    const left = Math.min(places.triedMost - tried, places.total - claimed.length);
    claimed.push(...this.take(destination, places.leastTriedFirst ? "least-tried" : "tried", left, now));
    return claimed;
  }

  nextDue(destination: string, now: number): NextDue {
    const held = this.of(destination);
    const next = (tried: boolean): number | undefined => {
      const rows = this.queue.due(destination, tried, Number.MAX_SAFE_INTEGER, held.size + 1);
      const found = rows.find(({ seq }) => !held.has(seq));
      return found && Math.max(0, found.due - now);
    };
    return { untried: next(false), tried: next(true) };
  }

  has({ destination, seq }: Pick<ClaimedEvent, "destination" | "seq">): boolean {
    return this.of(destination).has(seq);
  }

  /** Returns the size of the event's body. */
  end({ destination, seq }: Pick<ClaimedEvent, "destination" | "seq">): number {
    const held = this.byDestination.get(destination);
    const bytes = held?.get(seq) ?? 0;
    held?.delete(seq);
    return bytes;
  }

  private take(
    destination: string,
    which: "untried" | "tried" | "least-tried",
    most: number,
    now: number,
  ): ClaimedEvent[] {
    const claimed: ClaimedEvent[] = [];
    if (most <= 0) return claimed;
    const held = this.of(destination);
    const limit = most + held.size;
    const rows =
      which === "least-tried"
        ? this.queue.leastTried(destination, now, limit)
        : this.queue.due(destination, which === "tried", now, limit);
    for (const place of rows) {
      if (claimed.length === most) break;
      if (held.has(place.seq)) continue;
      const event = this.queue.read(place, now);
      if (!event) continue;
      this.begin(event);
      claimed.push(event);
    }
    return claimed;
  }

  /** By the events' numbers. */
  private of(destination: string): ReadonlyMap<number, number> {
    return this.byDestination.get(destination) ?? NONE;
  }

  private begin({ destination, seq, body }: ClaimedEvent): void {
    const held = this.byDestination.get(destination);
    if (held) held.set(seq, body.length);
    else this.byDestination.set(destination, new Map([[seq, body.length]]));
  }
}
