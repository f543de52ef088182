import { createHmac } from "node:crypto";
import type { Profile } from "../profile";
import type { Delivery, Store } from "../store";
import { newId } from "../store";
import type { Timers } from "../timers";
import type { EventData, WebhookRecord } from "../types";
import type { Webhooks } from "../webhooks";
import { eventEnvelope } from "./event-envelope";
import { postEvent } from "./post-event";

/** Documented (DOC-EV, DOC-DEL): 1, 1, 2, 5, 10, 15, 30 minutes; with the first attempt eight in all. */
const retryMinutes = [1, 1, 2, 5, 10, 15, 30];

/** Only recent attempts are kept (documented without a number). */
const keptTransactions = 1000;

interface Settings {
  timeScale: number;
  timeoutMs: number;
  sandboxUrl: () => string;
}

/** Kustomer's delivery of events to the outbound webhooks. */
export class Deliveries {
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #failed = 0;
  #givenUp = 0;

  constructor(
    private readonly store: Store,
    private readonly webhooks: Webhooks,
    private readonly timers: Timers,
    private readonly profile: Profile,
    private readonly settings: Settings,
  ) {}

  /** An event happens; resolves to its id once the first attempts ended. */
  async send(eventName: string, data: EventData): Promise<string> {
    const { state } = this.store;
    const envelope = eventEnvelope(eventName, data, state.org, this.profile);
    const body = JSON.stringify(envelope);
    const first = this.webhooks
      .all()
      .filter((webhook) => webhook.enabled && webhook.events.includes(eventName))
      .map(({ id }) => ({
        id: newId(),
        webhookId: id,
        eventName,
        eventId: envelope.id,
        body,
        attempt: 1,
        dueAt: Date.now(),
      }));
    state.deliveries.push(...first);
    this.store.changed();
    await Promise.all(first.map((delivery) => this.#start(delivery)));
    return envelope.id;
  }

  get count(): { waiting: number; failed: number; givenUp: number } {
    return { waiting: this.store.state.deliveries.length, failed: this.#failed, givenUp: this.#givenUp };
  }

  /** Goes on with what was waiting when the state was last written. */
  resume(): void {
    for (const delivery of this.store.state.deliveries) this.#startWhenDue(delivery);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  async #start(delivery: Delivery): Promise<void> {
    const attempt = this.#attempt(delivery).finally(() => this.#running.delete(attempt));
    this.#running.add(attempt);
    await attempt;
  }

  #startWhenDue(delivery: Delivery): void {
    this.timers.after(Math.max(0, delivery.dueAt - Date.now()), () => void this.#start(delivery));
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const webhook = this.webhooks.find(delivery.webhookId);
    if (webhook === undefined || this.#isDropped(delivery)) return;
    const sentAt = Date.now();
    const outcome = await postEvent({
      url: webhook.url,
      headers: this.#headers(webhook, delivery),
      body: delivery.body,
      timeoutMs: this.settings.timeoutMs,
      signal: this.#closing.signal,
      sandboxUrl: this.settings.sandboxUrl(),
    });
    if (this.#closing.signal.aborted) return;
    this.#conclude(delivery, webhook, sentAt, outcome);
  }

  /** Documented (DOC-OW): any 2xx is success. That all else is retried alike is inferred. */
  #conclude(delivery: Delivery, webhook: WebhookRecord, sentAt: number, outcome: number | string): void {
    const succeeded = typeof outcome === "number" && outcome >= 200 && outcome < 300;
    if (!succeeded) this.#failed += 1;
    const minutes = succeeded ? undefined : retryMinutes[delivery.attempt - 1];
    const nextRetry = minutes === undefined ? null : Date.now() + (minutes * 60_000) / this.settings.timeScale;
    const { eventName, eventId, attempt } = delivery;
    const { state } = this.store;
    state.transactions.push({
      id: newId(),
      webhookId: webhook.id,
      eventName,
      eventId,
      attempt,
      sentAt,
      succeeded,
      outcome,
      nextRetry,
    });
    state.transactions.splice(0, state.transactions.length - keptTransactions);
    this.store.changed();
    if (this.#isDropped(delivery)) return;
    if (nextRetry === null) {
      this.#forget(delivery);
      if (!succeeded) {
        this.#givenUp += 1;
        this.#switchOff(webhook.id);
      }
      return;
    }
    Object.assign(delivery, { attempt: attempt + 1, dueAt: nextRetry });
    this.#startWhenDue(delivery);
  }

  /** Documented in principle (API-OWL, DOC-DEL); that one event failing all its attempts suffices is from older text. */
  #switchOff(webhookId: string): void {
    const webhook = this.webhooks.find(webhookId);
    if (webhook !== undefined) this.webhooks.edit(webhook, { enabled: false, isError: true });
  }

  /** Its webhook was removed, or disabled where that gives up retries. */
  #isDropped(delivery: Delivery): boolean {
    return !this.store.state.deliveries.includes(delivery);
  }

  #forget({ id }: Delivery): void {
    const { state } = this.store;
    state.deliveries = state.deliveries.filter((delivery) => delivery.id !== id);
    this.store.changed();
  }

  /** Documented (DOC-DEL): event, signature (lowercase hex HMAC-SHA256 of the raw body, no prefix), configured headers. */
  #headers(webhook: WebhookRecord, { eventName, body }: Delivery): Record<string, string> {
    const spell = (name: string): string => (this.profile.deliveryHeaderCase === "title" ? name : name.toLowerCase());
    const own = {
      [spell("Content-Type")]: "application/json",
      [spell("Content-Length")]: String(Buffer.byteLength(body)),
      [spell("X-Kustomer-Webhook-Event")]: eventName,
      [spell("X-Kustomer-Webhook-Signature")]: createHmac("sha256", webhook.token).update(body).digest("hex"),
    };
    const taken = new Set(Object.keys(own).map((name) => name.toLowerCase()));
    const configured = webhook.headers.filter(({ name }) => !taken.has(name.toLowerCase()));
    return { ...Object.fromEntries(configured.map(({ name, value }) => [name, value])), ...own };
  }
}
