import type { EventQuery } from "../event-query";
import { reading } from "./reading";

/** Moved in one transaction, which everything else waits for. */
export const EVENTS_PER_SLICE = 200;

export interface Slice {
  readonly seqs: readonly number[];
  /** What to go on after; undefined at the end. */
  readonly next?: number | undefined;
}

/**
 * Moves what is asked for, up to `last`, in slices, so that events which arrive meanwhile are not kept waiting, however many
 * there are. Returns how many were moved.
 */
export async function moveInSlices(
  query: EventQuery,
  page: (some: EventQuery, after: number) => Slice,
  last: number,
  move: (seqs: number[]) => Promise<number>,
): Promise<number> {
  const slice = slicesOf(query, page);
  let moved = 0;
  let after: number | undefined = 0;
  while (after !== undefined) {
    const from: number = after;
    const { seqs, next }: Slice = await reading(() => slice(from));
    const wanted = seqs.filter((seq) => seq <= last);
    if (wanted.length > 0) moved += await move(wanted);
    after = next !== undefined && next < last ? next : undefined;
    // Pages without an event that is meant write nothing, and must not keep the loop to themselves either.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return moved;
}

/** Of many numbers only those of the next slice are asked for: they may be hundreds of thousands. */
function slicesOf(query: EventQuery, page: (some: EventQuery, after: number) => Slice): (after: number) => Slice {
  if (query.seqs === undefined) return (after) => page(query, after);
  const sorted = query.seqs.toSorted((a, b) => a - b);
  let from = 0;
  return () => {
    const some = sorted.slice(from, from + EVENTS_PER_SLICE);
    from += some.length;
    const { seqs } = page({ ...query, seqs: some }, 0);
    return { seqs, next: from < sorted.length ? some.at(-1) : undefined };
  };
}
