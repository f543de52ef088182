import { type Failure, failureOf, failureWithoutAnswer, nextStep } from "./attempt";
import { Circuit, type CircuitSettings } from "./circuit";
import type { Clock } from "./clock";
import type { Destination } from "./destination";
import { type ClaimedEvent, type Inbox, StoreUnavailable } from "./inbox";
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
  readonly clock: Clock;
  /**
   * Without an end where the inbox belongs to this process alone: an outcome may have to wait for as long as the store is
   * full, and a process that dies takes its leases with it.
   */
  readonly leaseMs?: number;
  readonly random?: () => number;
  readonly circuit?: CircuitSettings;
  readonly observer?: DeliveryObserver;
}

const STORE_RETRY_MS = 250;
/** Times the concurrency. */
const MOST_UNSETTLED = 4;
/** setTimeout takes 31 bits; a longer wait would fire at once. */
const LONGEST_SLEEP_MS = 60_000;

/** Empties the inbox towards one destination: at least once, in order within a conversation, on its own clock. */
export class Delivery {
  private readonly circuit: Circuit;
  private readonly aborting = new AbortController();
  /** Everything that was claimed: being posted, or waiting for its outcome to be stored. */
  private readonly underWay = new Set<Promise<void>>();
  private posting = 0;
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private pumping = false;
  private again = false;

  constructor(private readonly parts: DeliveryParts) {
    this.circuit = new Circuit(parts.circuit, parts.random);
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

  /** An event that only waits for the store keeps no place at the destination; but there is an end to that, too. */
  private freePlaces(): number {
    const { concurrency } = this.parts.destination;
    return Math.min(concurrency - this.posting, concurrency * MOST_UNSETTLED - this.underWay.size);
  }

  private askedAgain(): boolean {
    const asked = this.again;
    this.again = false;
    return asked;
  }

  private async startWhatIsDue(): Promise<void> {
    const { inbox, destination, clock } = this.parts;
    const free = this.circuit.allowance(clock(), this.freePlaces());
    if (free <= 0 || !this.running) return;
    for (const event of await inbox.claim(destination.name, free, this.parts.leaseMs ?? Infinity)) {
      this.circuit.started();
      const work = this.deliver(event).finally(() => {
        this.underWay.delete(work);
        this.wake();
      });
      this.underWay.add(work);
    }
  }

  private async sleepUntilNext(): Promise<void> {
    const { inbox, destination, clock } = this.parts;
    if (!this.running || this.freePlaces() <= 0) return;
    const due = await inbox.nextDue(destination.name);
    if (due === undefined) return;
    const now = clock();
    const until = this.circuit.waitUntil(now) ?? due;
    // An open circuit with its probe under way wakes when the probe is done.
    if (this.circuit.open && until <= now && this.underWay.size > 0) return;
    this.sleep(Math.max(Math.max(until, due) - now, 1));
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
    const { destination, clock, observer } = this.parts;
    const began = clock();
    const failure = await this.attempt(event);
    const now = clock();
    if (failure === "broken-off") return this.untilStored((inbox) => inbox.release(event, event.due));
    this.noteCircuit(event, failure, now);
    if (!failure) {
      await this.untilStored((inbox) => inbox.settle(event));
      observer?.delivered?.(event, { attemptMs: now - began, sinceReceivedMs: now - event.receivedAt });
      return;
    }
    const next = nextStep(event, failure, destination, now, (this.parts.random ?? Math.random)());
    if (next.do === "give-up") {
      await this.untilStored((inbox) => inbox.deadLetter(event, failure));
      observer?.died?.(event, failure);
      return;
    }
    await this.untilStored((inbox) => inbox.release(event, now + next.inMs, failure));
    observer?.retrying?.(event, failure, next.inMs);
  }

  private async attempt(event: ClaimedEvent): Promise<Failure | "broken-off" | undefined> {
    const { destination, post, secrets, clock, observer } = this.parts;
    this.posting += 1;
    try {
      const answer = await post(outgoingRequest(event, destination, secrets()), this.aborting.signal);
      observer?.posted?.(event);
      return failureOf(answer, destination, clock());
    } catch (error) {
      if (this.aborting.signal.aborted) return "broken-off";
      return failureWithoutAnswer(error, destination);
    } finally {
      this.posting -= 1;
      this.wake();
    }
  }

  private noteCircuit(event: ClaimedEvent, failure: Failure | undefined, now: number): void {
    const before = this.circuit.open;
    if (!failure) this.circuit.succeeded();
    else if (failure.refused) this.circuit.answered();
    else this.circuit.failedOn(event.seq, now);
    if (failure?.overloaded && failure.retryAfterMs !== undefined) this.circuit.restFor(failure.retryAfterMs, now);
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
