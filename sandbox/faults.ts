import type { Fault, Misbehaviour } from "./types";

interface Ordered {
  fault: Fault;
  toSkip: number;
  left: number;
}

/** The misbehaviours that were ordered. */
export class Faults {
  #ordered: Ordered[] = [];

  order(fault: Fault): void {
    this.#ordered.push({ fault, toSkip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#ordered = [];
  }

  /** The misbehaviour that strikes this request; using it up. */
  take(method: string, path: string): Misbehaviour | undefined {
    for (const ordered of this.#ordered) {
      if (ordered.left <= 0 || !matches(ordered.fault.on, method, path)) continue;
      if (ordered.toSkip > 0) {
        ordered.toSkip -= 1;
        continue;
      }
      ordered.left -= 1;
      return ordered.fault;
    }
    return undefined;
  }
}

function matches(on: Fault["on"], method: string, path: string): boolean {
  if (on.method !== undefined && on.method.toUpperCase() !== method) return false;
  if (on.path === undefined) return true;
  return typeof on.path === "string" ? on.path === path : path.search(on.path) >= 0;
}
