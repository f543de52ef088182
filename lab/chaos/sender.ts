import { Agent, request } from "undici";
import { type SignedEvent, signedEvent } from "./event";

export interface SenderSettings {
  readonly url: string;
  readonly secret: string;
  readonly connections: number;
  readonly conversationsPerConnection: number;
  /** Of all events, the share that the relay's filter keeps back: what goes out. */
  readonly filteredShare?: number;
}

const PAUSE_MS = 10;
const ANSWER_WITHIN_MS = 2_000;

/**
 * Several connections, each with conversations of its own. Like Kustomer it sends an event again until it gets a 2xx, and
 * only then the next one, so the order in which a conversation was sent is known.
 */
export class Sender {
  /** Every event that got a 2xx, by conversation, in the order it was sent. */
  readonly acknowledged = new Map<string, string[]>();
  /** Those that got a 2xx and must never arrive. */
  readonly filtered = new Set<string>();
  private readonly agent: Agent;
  private stopping = false;
  private numbers = 0;

  constructor(private readonly settings: SenderSettings) {
    this.agent = new Agent({ connections: settings.connections, pipelining: 1 });
  }

  get total(): number {
    return [...this.acknowledged.values()].reduce((sum, ids) => sum + ids.length, 0);
  }

  /** Runs until stop() is called. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.settings.connections }, (_, connection) => this.send(connection)));
    await this.agent.destroy();
  }

  stop(): void {
    this.stopping = true;
  }

  private going(): boolean {
    return !this.stopping;
  }

  private async send(connection: number): Promise<void> {
    const { conversationsPerConnection, secret, filteredShare = 0 } = this.settings;
    for (let turn = 0; this.going(); turn += 1) {
      const conversation = connection * conversationsPerConnection + (turn % conversationsPerConnection);
      const number = (this.numbers += 1);
      const isFiltered = filteredShare > 0 && number % Math.round(1 / filteredShare) === 0;
      const event = signedEvent(number, conversation, secret, undefined, isFiltered ? "out" : "in");
      while (!(await this.isAcknowledged(event))) {
        if (!this.going()) return;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      const sent = this.acknowledged.get(event.conversation);
      if (isFiltered) this.filtered.add(event.id);
      else if (sent) sent.push(event.id);
      else this.acknowledged.set(event.conversation, [event.id]);
    }
  }

  private async isAcknowledged({ body, headers }: SignedEvent): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const answer = await request(this.settings.url, {
        method: "POST",
        body,
        headers,
        dispatcher: this.agent,
        signal,
      });
      await answer.body.dump();
      return answer.statusCode >= 200 && answer.statusCode < 300;
    } catch {
      // The process was killed: whether the event was taken is unknown, so it is sent again.
      return false;
    }
  }
}
