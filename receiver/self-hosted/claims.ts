import type { ClaimedEvent } from "../inbox";

const NONE: ReadonlyMap<number, number> = new Map();

/**
 * Which events are taken out for delivery. Known to the one process that uses the store, so a claim is memory and ends with
 * it. With each the size of its body, which does not come back with the outcome.
 */
export class Claims {
  private readonly byDestination = new Map<string, Map<number, number>>();

  /** By the events' numbers. */
  of(destination: string): ReadonlyMap<number, number> {
    return this.byDestination.get(destination) ?? NONE;
  }

  begin({ destination, seq, body }: ClaimedEvent): void {
    const held = this.byDestination.get(destination);
    if (held) held.set(seq, body.length);
    else this.byDestination.set(destination, new Map([[seq, body.length]]));
  }

  has({ destination, seq }: Pick<ClaimedEvent, "destination" | "seq">): boolean {
    return this.byDestination.get(destination)?.has(seq) ?? false;
  }

  /** Returns the size of the event's body. */
  end({ destination, seq }: Pick<ClaimedEvent, "destination" | "seq">): number {
    const held = this.byDestination.get(destination);
    const bytes = held?.get(seq) ?? 0;
    held?.delete(seq);
    return bytes;
  }
}
