import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RelayControls } from "../controls";
import type { InboxStats } from "../inbox";
import type { Outcome } from "../intake";

const ACK_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const DELIVERY_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600, 86_400];

/** Everything an owner watches, in Prometheus' format. Label values come from the configuration and from fixed lists only. */
export class Metrics {
  readonly registry = new Registry();
  private readonly received = this.counter("received_total", "Requests to a relay's path, by outcome.", [
    "relay",
    "outcome",
  ]);
  private readonly verified = this.counter("verified_total", "Events by the secret that signed them.", [
    "relay",
    "secret",
  ]);
  private readonly attempts = this.counter("delivery_attempts_total", "Deliveries tried, by result.", [
    "relay",
    "result",
  ]);
  private readonly storeFailures = this.counter("store_failures_total", "Reads or writes that the store refused.", []);
  private readonly ack = this.histogram("ack_seconds", "From a request's first byte to its answer.", ACK_SECONDS);
  private readonly latency = this.histogram(
    "delivery_seconds",
    "From receiving an event to delivering it.",
    DELIVERY_SECONDS,
  );
  private readonly circuitOpen = this.gauge("circuit_open", "1 while a destination is left alone because it is down.");
  private readonly depth = this.gauge("queue_events", "Events that wait for delivery.");
  private readonly oldest = this.gauge(
    "queue_oldest_seconds",
    "Age of the oldest event that waits; alert on this one.",
  );
  private readonly retrying = this.gauge(
    "queue_retrying_events",
    "Events that failed at least once and are tried again.",
  );
  private readonly dead = this.gauge("dead_letters", "Events given up; a person has to replay or drop them.");
  private readonly filtered = this.counter("filtered_total", "Events that the relay's filter kept back, by its rule.", [
    "relay",
    "rule",
  ]);
  private readonly paused = this.gauge("paused", "1 while a relay is paused: its events are kept, none is delivered.");
  private readonly limit = this.gauge("max_per_second", "What a relay's deliveries are limited to; 0 for no limit.");
  private readonly overrides = new Gauge({
    name: "kustomer_relay_override",
    help: "1 while somebody's override stands above what is declared.",
    labelNames: ["relay", "control"],
    registers: [this.registry],
  });
  private readonly pauseOutlasts = this.gauge(
    "pause_outlasts_store",
    "1 while a paused relay is about to fill its part of the store; alert on this one.",
  );
  private readonly lastReceived = this.gauge(
    "last_received_timestamp_seconds",
    "When the last event came; 0 where none ever did.",
  );
  private readonly silent = this.gauge(
    "silent",
    "1 while no event has come for longer than expectEventEveryMinutes allows.",
  );
  private readonly accepting = this.gauge("accepting", "1 while events are taken, 0 while they are answered 503.");
  private readonly relayUsed = this.gauge("relay_store_bytes", "Bytes of the store that a relay uses.");
  private readonly relayAllowed = this.gauge("relay_store_max_bytes", "Bytes of the store that a relay may use.");
  private readonly logLinesDropped = this.counter(
    "log_lines_dropped_total",
    "Log lines that nobody read in time; events never wait for a reader.",
    [],
  );
  private readonly used = new Gauge({
    name: "kustomer_relay_store_bytes",
    help: "Bytes in use.",
    registers: [this.registry],
  });
  private readonly allowed = new Gauge({
    name: "kustomer_relay_store_max_bytes",
    help: "Bytes that may be used before events are refused.",
    registers: [this.registry],
  });
  /** Looking a labelled child up costs more than counting, and there are few of them. */
  private readonly children = new Map<Counter, Map<string, { inc(): void }>>();
  private readonly acks = new Map<string, { observe(seconds: number): void }>();

  answered(relay: string, outcome: Outcome, secret: string | undefined, seconds: number): void {
    this.child(this.received, relay, outcome).inc();
    if (secret !== undefined) this.child(this.verified, relay, secret).inc();
    let acks = this.acks.get(relay);
    if (!acks) this.acks.set(relay, (acks = this.ack.labels(relay)));
    acks.observe(seconds);
  }

  filteredBy(relay: string, rule: string): void {
    this.child(this.filtered, relay, rule).inc();
  }

  controls({ relay, paused, maxPerSecond, overrides }: RelayControls): void {
    this.paused.set({ relay }, paused ? 1 : 0);
    this.limit.set({ relay }, maxPerSecond ?? 0);
    for (const control of ["paused", "maxPerSecond"] as const)
      this.overrides.set({ relay, control }, overrides[control] === undefined ? 0 : 1);
  }

  pauseRoom(relay: string, isTight: boolean): void {
    this.pauseOutlasts.set({ relay }, isTight ? 1 : 0);
  }

  delivered(relay: string, sinceReceivedMs: number): void {
    this.child(this.attempts, relay, "delivered").inc();
    this.latency.observe({ relay }, sinceReceivedMs / 1000);
  }

  failed(relay: string, result: "retrying" | "dead"): void {
    this.child(this.attempts, relay, result).inc();
  }

  circuit(relay: string, open: boolean): void {
    this.circuitOpen.set({ relay }, open ? 1 : 0);
  }

  storeFailed(): void {
    this.storeFailures.inc();
  }

  accepts(relay: string, accepting: boolean): void {
    this.accepting.set({ relay }, accepting ? 1 : 0);
  }

  silence(relay: string, silent: boolean): void {
    this.silent.set({ relay }, silent ? 1 : 0);
  }

  dropped(lines: number): void {
    this.logLinesDropped.inc(lines);
  }

  async text(stats: InboxStats, now: number): Promise<string> {
    for (const one of stats.destinations) {
      const relay = one.destination;
      this.depth.set({ relay }, one.queued);
      this.oldest.set(
        { relay },
        one.oldestReceivedAt === undefined ? 0 : Math.max(0, now - one.oldestReceivedAt) / 1000,
      );
      this.retrying.set({ relay }, one.retrying);
      this.dead.set({ relay }, one.deadLetters);
      this.lastReceived.set({ relay }, (one.lastReceivedAt ?? 0) / 1000);
      if (one.bytesUsed !== undefined) this.relayUsed.set({ relay }, one.bytesUsed);
      if (one.bytesAllowed !== undefined) this.relayAllowed.set({ relay }, one.bytesAllowed);
    }
    this.used.set(stats.bytesUsed);
    this.allowed.set(stats.bytesAllowed);
    return this.registry.metrics();
  }

  private child(counter: Counter, relay: string, value: string): { inc(): void } {
    let children = this.children.get(counter);
    if (!children) {
      children = new Map<string, { inc(): void }>();
      this.children.set(counter, children);
    }
    const key = `${value} ${relay}`;
    const known = children.get(key);
    if (known) return known;
    const made = counter.labels(relay, value);
    children.set(key, made);
    return made;
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `kustomer_relay_${name}`, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    const labelNames = ["relay"];
    return new Histogram({ name: `kustomer_relay_${name}`, help, labelNames, buckets, registers: [this.registry] });
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name: `kustomer_relay_${name}`, help, labelNames: ["relay"], registers: [this.registry] });
  }
}
