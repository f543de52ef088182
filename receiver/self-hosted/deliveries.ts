import type { Clock } from "../clock";
import { Delivery } from "../delivery";
import type { Inbox } from "../inbox";
import { Gate } from "../gate";
import type { RelayConfig } from "./config";
import type { ControlsBoard } from "./controls-board";
import { deliveryDestination } from "./destinations";
import { createPoster, type Poster } from "./post";
import type { RelaySecrets } from "./relay-secrets";
import type { Reporting } from "./reporting";

export interface DeliveriesParts {
  readonly relays: readonly RelayConfig[];
  readonly inbox: Inbox;
  readonly secrets: RelaySecrets;
  readonly clock: Clock;
  readonly board: ControlsBoard;
  readonly reporting: Reporting;
  /** For the crash harness. */
  readonly posted?: () => void;
}

/** One delivery per relay, each over connections of its own: relays to one origin would otherwise wait for each other's. */
export class Deliveries {
  private readonly posters: Poster[] = [];
  private readonly byRelay: ReadonlyMap<string, Delivery>;

  constructor({ relays, inbox, secrets, clock, board, reporting, posted }: DeliveriesParts) {
    this.byRelay = new Map(
      relays.map((relay) => {
        const observer = { ...reporting.deliveries(relay.name), ...(posted && { posted }) };
        const destination = deliveryDestination(relay);
        const poster = createPoster(destination.concurrency, relay.destination.proxy);
        this.posters.push(poster);
        const gate = new Gate(board.of(relay.name), () => performance.now());
        const parts = { inbox, destination, secrets: secrets.of(relay.name), post: poster.post, clock, gate, observer };
        return [relay.name, new Delivery(parts)];
      }),
    );
  }

  start(): void {
    for (const delivery of this.byRelay.values()) delivery.start();
  }

  wake(relay: string): void {
    this.byRelay.get(relay)?.wake();
  }

  readonly wakeAll = (): void => {
    for (const delivery of this.byRelay.values()) delivery.wake();
  };

  readonly circuitsOpen = (): string[] =>
    [...this.byRelay].filter(([, delivery]) => delivery.circuitOpen).map(([name]) => name);

  async stop(graceMs: number): Promise<void> {
    await Promise.all([...this.byRelay.values()].map((delivery) => delivery.stop(graceMs)));
    await Promise.all(this.posters.map((poster) => poster.close()));
  }
}
