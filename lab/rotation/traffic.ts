import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "../../sandbox";

const TICK_MS = 10;
/** At a tick, to make up for those that a busy machine missed: not so many that it stays busy with them. */
const MOST_AT_ONCE = 5;
const LOOK_EVERY_MS = 250;
/** How long Airkit is taken to go on with a key after its account has got another. */
const CACHED_MS = 1000;

/** What happens in Kustomer while relays are rotated: events at a steady rate, each sent by every webhook that is on. */
export class Events {
  /** When each happened, in milliseconds since the epoch. */
  readonly happened = new Map<string, number>();
  private readonly sending = new Set<Promise<unknown>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly perSecond: number,
  ) {}

  start(): void {
    const started = performance.now();
    let happened = 0;
    this.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - started) / 1000) * this.perSecond) - happened;
      for (let each = 0; each < Math.min(due, MOST_AT_ONCE); each += 1) this.happen();
      happened += Math.min(due, MOST_AT_ONCE);
    }, TICK_MS);
  }

  /** Resolves once every first attempt has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.sending);
  }

  private happen(): void {
    const now = Date.now();
    const sent = this.sandbox.send("kustomer.message.create").then((id) => {
      this.happened.set(id, now);
      this.sending.delete(sent);
    });
    this.sending.add(sent);
  }
}

/** Airkit calling Kustomer all the while, with the key of its connected account as it was a moment ago. */
export class Calls {
  made = 0;
  refused = 0;
  private going = true;
  private readonly keys: { readonly token: string; readonly since: number }[] = [];
  private calling: Promise<void> = Promise.resolve();

  constructor(
    private readonly sandbox: Sandbox,
    private readonly currentKey: () => string,
  ) {}

  start(): void {
    this.calling = this.run();
  }

  async stop(): Promise<void> {
    this.going = false;
    await this.calling;
  }

  private isGoing(): boolean {
    return this.going;
  }

  private async run(): Promise<void> {
    while (this.isGoing()) {
      const token = this.currentKey();
      if (this.keys.at(-1)?.token !== token) this.keys.push({ token, since: Date.now() });
      const cached = this.keys.findLast(({ since }) => since < Date.now() - CACHED_MS) ?? this.keys[0];
      const answer = await fetch(`${this.sandbox.url}/v1/auth/tokens/current`, {
        headers: { authorization: `Bearer ${cached?.token ?? ""}` },
      });
      await answer.arrayBuffer();
      this.made += 1;
      if (!answer.ok) this.refused += 1;
      await sleep(LOOK_EVERY_MS);
    }
  }
}
