import { type Failure, failureOf, failureWithoutAnswer, nextStep } from "./attempt";
import { Circuit, type CircuitSettings } from "./circuit";
import type { Clock } from "./clock";
import type { Destination } from "./destination";
import { type ClaimedEvent, type Inbox, type Places, StoreUnavailable } from "./inbox";
import type { Gate } from "./gate";
import { outgoingRequest, type Post } from "./outgoing";
import type { SigningSecret } from "./signature";

/** Told of everything that happens; metrics and logs are made of it. */
export interface DeliveryObserver {
  posted?(event: ClaimedEvent): void;
  delivered?(event: ClaimedEvent, timings: { readonly attemptMs: number; readonly sinceReceivedMs: number }): void;
  retrying?(event: ClaimedEvent, failure: Failure, inMs: number): void;
  died?(event: ClaimedEvent, failure: Failure): void;
  circuit?(destination: string, open: boolean): void;
  storeFailed?(error: StoreUnavailable): void;
}

export interface DeliveryParts {
  readonly inbox: Inbox;
  readonly destination: Destination;
  readonly secrets: () => readonly SigningSecret[];
  readonly post: Post;
  /** The wall's; for dates that a destination names. */
  readonly clock: Clock;
  /** Whatever else is measured is measured by a clock that nobody sets. */
  readonly elapsed?: Clock;
  readonly random?: () => number;
  readonly circuit?: CircuitSettings;
  /** What the relay's controls let through; everything, where there is none. */
  readonly gate?: Pick<Gate, "isPaused" | "allowance" | "waitMs" | "began">;
  readonly observer?: DeliveryObserver;
}

const STORE_RETRY_MS = 250;
/** Times the concurrency. */
const MOST_UNSETTLED = 4;
/** Of the places at the destination: kept for events never tried, and as many for those that failed. */
const SHARE_KEPT = 1 / 4;
/** setTimeout takes 31 bits; a longer wait would fire at once. */
const LONGEST_SLEEP_MS = 60_000;

/** Empties the inbox towards one destination: at least once, in order within a conversation, on its own clock. */
export class Delivery {
  private readonly circuit: Circuit;
  private readonly elapsed: Clock;
  private readonly aborting = new AbortController();
  /** Everything that was claimed: being posted, or waiting for its outcome to be stored. */
  private readonly underWay = new Set<Promise<void>>();
  private readonly posting = { untried: 0, tried: 0 };
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private pumping = false;
  private again = false;

  constructor(private readonly parts: DeliveryParts) {
    this.circuit = new Circuit(parts.circuit, parts.random);
    this.elapsed = parts.elapsed ?? (() => performance.now());
  }

  get circuitOpen(): boolean {
    return this.circuit.open;
  }

  start(): void {
    this.running = true;
    this.wake();
  }

  /** Something may be due now. */
  wake(): void {
    if (!this.running) return;
    if (this.pumping) this.again = true;
    else void this.pump();
  }

  /** Takes nothing new, lets what is under way finish for so long, then breaks it off; what was broken off stays queued. */
  async stop(graceMs: number): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    const cutOff = setTimeout(() => {
      this.aborting.abort(new Error("the receiver is stopping"));
    }, graceMs);
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
    clearTimeout(cutOff);
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    clearTimeout(this.timer);
    try {
      do await this.startWhatIsDue();
      while (this.askedAgain());
      await this.sleepUntilNext();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.parts.observer?.storeFailed?.(error);
      this.sleep(STORE_RETRY_MS);
    } finally {
      this.pumping = false;
      if (this.again) this.wake();
    }
  }

  /**
   * An event that only waits for the store keeps no place at the destination; but there is an end to that, too. Events that
   * hang time after time must not have all places, nor may new ones keep those that failed waiting for ever.
   */
  private freePlaces(): Places {
    const { concurrency } = this.parts.destination;
    const { untried, tried } = this.posting;
    const kept = concurrency === 1 ? 0 : Math.ceil(concurrency * SHARE_KEPT);
    const free = Math.min(concurrency - untried - tried, concurrency * MOST_UNSETTLED - this.underWay.size);
    return {
      total: Math.min(free, this.parts.gate?.allowance() ?? Infinity),
      triedFirst: Math.max(0, kept - tried),
      triedMost: Math.max(0, concurrency - kept - tried),
    };
  }

  private askedAgain(): boolean {
    const asked = this.again;
    this.again = false;
    return asked;
  }

  private async startWhatIsDue(): Promise<void> {
    const { inbox, destination, gate } = this.parts;
    const places = this.circuit.allowance(this.elapsed(), this.freePlaces());
    if (places.total <= 0 || !this.running) return;
    for (const event of await inbox.claim(destination.name, places)) {
      // It was paused while the store was asked.
      const goes = !(gate?.isPaused ?? false);
      if (goes) {
        gate?.began();
        this.circuit.started(event.seq, event.attempts > 0);
      }
      const work = (goes ? this.deliver(event) : this.putBack(event)).finally(() => {
        this.underWay.delete(work);
        this.wake();
      });
      this.underWay.add(work);
    }
  }

  private async sleepUntilNext(): Promise<void> {
    const { inbox, destination, gate } = this.parts;
    if (!this.running) return;
    const gateMs = gate?.waitMs() ?? 0;
    if (gateMs > 0) {
      if (gateMs < Infinity) this.sleep(gateMs);
      return;
    }
    // Asked after the gate, which opens with time: nobody would wake this one who takes places for none that are there by now.
    const free = this.freePlaces();
    // Whatever is under way wakes this one when it is done.
    if (free.total <= 0) return;
    // While the destination is left alone, every event that comes in wakes this one: the store need not be asked each time.
    const pausedMs = (this.circuit.waitUntil()?.untried ?? 0) - this.elapsed();
    if (pausedMs > 0) {
      if (pausedMs < Infinity) this.sleep(pausedMs);
      return;
    }
    const next = await inbox.nextDue(destination.name);
    const triedPausedMs = (this.circuit.waitUntil()?.tried ?? 0) - this.elapsed();
    const tried = free.triedMost > 0 ? Math.max(next.tried ?? Infinity, triedPausedMs) : Infinity;
    const inMs = Math.min(next.untried ?? Infinity, tried);
    if (inMs < Infinity) this.sleep(Math.max(inMs, 1));
  }

  private sleep(ms: number): void {
    if (!this.running) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.wake();
      },
      Math.min(ms, LONGEST_SLEEP_MS),
    );
  }

  private async deliver(event: ClaimedEvent): Promise<void> {
    const { destination, observer, random = Math.random } = this.parts;
    const began = this.elapsed();
    const failure = await this.attempt(event);
    const attemptMs = Math.round(this.elapsed() - began);
    if (failure === "broken-off") {
      this.circuit.abandoned(event.seq);
      return this.putBack(event);
    }
    this.noteCircuit(event, failure);
    const sinceReceivedMs = event.waitedMs + attemptMs;
    if (!failure) {
      await this.untilStored((inbox) => inbox.settle(event));
      observer?.delivered?.(event, { attemptMs, sinceReceivedMs });
      return;
    }
    const next = nextStep(event, failure, destination, sinceReceivedMs, random());
    if (next.do === "give-up") {
      await this.untilStored((inbox) => inbox.deadLetter(event, failure));
      observer?.died?.(event, failure);
      return;
    }
    await this.untilStored((inbox) => inbox.release(event, next.inMs, failure));
    observer?.retrying?.(event, failure, next.inMs);
  }

  private putBack(event: ClaimedEvent): Promise<void> {
    return this.untilStored((inbox) => inbox.release(event, 0));
  }

  private async attempt(event: ClaimedEvent): Promise<Failure | "broken-off" | undefined> {
    const { destination, post, secrets, clock, observer } = this.parts;
    const kind = event.attempts === 0 ? "untried" : "tried";
    this.posting[kind] += 1;
    try {
      const answer = await post(outgoingRequest(event, destination, secrets()), this.aborting.signal);
      observer?.posted?.(event);
      return failureOf(answer, destination, clock());
    } catch (error) {
      if (this.aborting.signal.aborted) return "broken-off";
      return failureWithoutAnswer(error, destination);
    } finally {
      this.posting[kind] -= 1;
      this.wake();
    }
  }

  private noteCircuit(event: ClaimedEvent, failure: Failure | undefined): void {
    const before = this.circuit.open;
    if (!failure || failure.about === "event") this.circuit.answered();
    else {
      const unreachable = failure.about === "connection";
      const tried = event.attempts > 0;
      this.circuit.failedOn(event.seq, this.elapsed(), { unreachable, tried, restMs: failure.retryAfterMs });
    }
    if (this.circuit.open !== before) this.parts.observer?.circuit?.(this.parts.destination.name, this.circuit.open);
  }

  /**
   * The destination has the event, so sending it again would be a duplicate: while the store cannot take the outcome it is
   * kept here and offered again. Only a process that ends meanwhile forgets it, and delivers once more.
   */
  private async untilStored(write: (inbox: Inbox) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await write(this.parts.inbox);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        this.parts.observer?.storeFailed?.(error);
        if (this.aborting.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, STORE_RETRY_MS));
      }
    }
  }
}
