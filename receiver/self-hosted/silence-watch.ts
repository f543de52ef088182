import type { Clock } from "../clock";
import { isSilent } from "../silence";
import type { RelayConfig } from "./config";

/** Business hours are walked through minute by minute, so not every second. */
const LOOK_EVERY_MS = 30_000;

interface Watched {
  readonly relay: RelayConfig;
  lastReceivedAt: number;
  silent: boolean;
  lookAt: number;
}

/** Notices that nothing comes: a webhook that was switched off makes no error anywhere else. */
export class SilenceWatch {
  private readonly watched: ReadonlyMap<string, Watched>;

  constructor(
    relays: readonly RelayConfig[],
    private readonly clock: Clock,
    private readonly changed: (relay: string, silent: boolean, minutes: number) => void,
  ) {
    const now = clock();
    this.watched = new Map(
      relays.flatMap((relay) =>
        relay.expectEventEveryMinutes === undefined
          ? []
          : [[relay.name, { relay, lastReceivedAt: now, silent: false, lookAt: 0 }] as const],
      ),
    );
  }

  /** When an event came; what is known from before the start, too. */
  received(relay: string, at = this.clock()): void {
    const watched = this.watched.get(relay);
    if (!watched) return;
    watched.lastReceivedAt = at;
    watched.lookAt = 0;
    if (watched.silent) this.look();
  }

  look(): void {
    const now = this.clock();
    for (const watched of this.watched.values()) {
      // A clock that was set back makes the moment come too late.
      if (now < watched.lookAt && watched.lookAt - now <= LOOK_EVERY_MS) continue;
      watched.lookAt = now + LOOK_EVERY_MS;
      const { name, expectEventEveryMinutes = Infinity, businessHours } = watched.relay;
      const silent = isSilent(watched.lastReceivedAt, now, expectEventEveryMinutes, businessHours);
      if (silent === watched.silent) continue;
      watched.silent = silent;
      this.changed(name, silent, expectEventEveryMinutes);
    }
  }

  problemOf(relay: string): string | undefined {
    const watched = this.watched.get(relay);
    if (!watched?.silent) return undefined;
    return `no event has come since ${new Date(watched.lastReceivedAt).toISOString()}`;
  }
}
