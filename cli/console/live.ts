import type { Feed } from "./feed";

/** What is so now, by name, for every page that is open, and for one that opens later. */
export class Live {
  private readonly listeners = new Set<(event: string, data: unknown) => void>();
  private readonly latest = new Map<string, { event: string; data: unknown }>();

  /** Whether anybody looks: nothing is asked while nobody does. */
  get isWatched(): boolean {
    return this.listeners.size > 0;
  }

  /** `key` tells apart what follows each other: a page that opens later gets the latest of each. */
  tell(event: string, key: string, data: unknown): void {
    this.latest.set(`${event} ${key}`, { event, data });
    this.pass(event, data);
  }

  /** An addition to what was told last; `whole` is what a page that opens later gets. */
  add(event: string, data: unknown, whole: { event: string; key: string; data: unknown }): void {
    this.latest.set(`${whole.event} ${whole.key}`, { event: whole.event, data: whole.data });
    this.pass(event, data);
  }

  readonly feed: Feed = (tell) => {
    for (const { event, data } of this.latest.values()) tell(event, data);
    this.listeners.add(tell);
    return () => this.listeners.delete(tell);
  };

  private pass(event: string, data: unknown): void {
    for (const tell of this.listeners) tell(event, data);
  }
}
