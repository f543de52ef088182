import type { FailedAttempt, OutgoingEvent } from "../inbox";
import type { Log } from "./log";
import type { RelayEvent } from "./message";

/** What came of one batch: a line for whatever went wrong, and one with the metrics of all. */
export class BatchReport {
  private readonly latencies: number[] = [];
  private duplicates = 0;
  private retried = 0;
  private deadLettered = 0;
  private off = 0;
  private held = 0;
  private readonly began = performance.now();

  constructor(private readonly log: Log) {}

  delivered(event: OutgoingEvent, times: { readonly attemptMs: number; readonly sinceReceivedMs: number }): void {
    this.latencies.push(Math.max(times.sinceReceivedMs, 0));
    this.log.write("debug", "delivered", { ...factsOf(event), attempt: event.attempts + 1, ...times });
  }

  duplicate(event: RelayEvent): void {
    this.duplicates += 1;
    this.log.write("debug", "a duplicate", factsOf(event));
  }

  retrying(event: OutgoingEvent, { error }: FailedAttempt, inMs: number): void {
    this.retried += 1;
    this.log.write("warn", "will retry", { ...factsOf(event), attempt: event.attempts, inMs, error });
  }

  /** Its destination is slow, and there is no place to wait. */
  putOff(event: RelayEvent): void {
    this.off += 1;
    this.log.write("debug", "put off: as many functions wait for slow destinations as may", factsOf(event));
  }

  /** Its relay is paused, or limited. */
  heldBack(event: RelayEvent, inMs: number): void {
    this.held += 1;
    this.log.write("debug", "held back by the relay's controls", { ...factsOf(event), inMs });
  }

  died(facts: { readonly relay?: string; readonly event: string; readonly attempts?: number }, error: string): void {
    this.deadLettered += 1;
    const next = "see `kustomer-relay dead-letters list`";
    this.log.write("error", "dead letter", { ...facts, error, next });
  }

  problem(message: string, problem: string): void {
    this.log.write("error", message, { problem });
  }

  finish(messages: number, again: number): void {
    const ms = Math.round(performance.now() - this.began);
    this.log.measure(
      "info",
      "batch",
      {
        Delivered: this.latencies.length,
        DeliveryLatency: this.latencies,
        Duplicates: this.duplicates,
        Retried: this.retried,
        DeadLettered: this.deadLettered,
      },
      { messages, again, ...(this.off > 0 && { putOff: this.off }), ...(this.held > 0 && { heldBack: this.held }), ms },
    );
  }
}

function factsOf({ destination, id }: RelayEvent | OutgoingEvent): { relay: string; event: string } {
  return { relay: destination, event: id };
}
