import { randomBytes, randomUUID } from "node:crypto";
import type { Profile } from "./profile";
import type { Store } from "./store";
import { newId } from "./store";
import type { WebhookRecord } from "./types";

/** The outbound webhooks of the org, whoever changes them: the API, a person in the console, or Kustomer itself. */
export class Webhooks {
  /** Until when reads do not show a webhook, as when they are answered by a replica that lags. */
  readonly #hiddenUntil = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly profile: Profile,
    readonly limit: number | false,
  ) {}

  all(): readonly WebhookRecord[] {
    return this.store.state.webhooks;
  }

  find(id: string): WebhookRecord | undefined {
    return this.store.state.webhooks.find((webhook) => webhook.id === id);
  }

  /** What reads show. */
  shown(): WebhookRecord[] {
    return this.all().filter(({ id }) => (this.#hiddenUntil.get(id) ?? 0) <= Date.now());
  }

  hide(id: string, ms: number): void {
    this.#hiddenUntil.set(id, Date.now() + ms);
  }

  /** Documented (HELP-OW): at most five user-created ones; that app-installed ones do not count is inferred. */
  full(): boolean {
    const userMade = this.all().filter((webhook) => webhook.createdByApp !== true);
    return this.limit !== false && userMade.length >= this.limit;
  }

  create(fields: Partial<WebhookRecord>): WebhookRecord {
    const now = new Date().toISOString();
    const webhook: WebhookRecord = {
      id: newId(),
      name: "Webhook",
      url: "https://example.com/hook",
      events: ["kustomer.message.create"],
      headers: [],
      enabled: true,
      isError: false,
      token: this.#newToken(),
      createdAt: now,
      updatedAt: now,
      createdBy: newId(),
      ...structuredClone(fields),
    };
    this.store.state.webhooks.push(webhook);
    this.store.changed();
    return webhook;
  }

  edit(webhook: WebhookRecord, patch: Partial<WebhookRecord>): void {
    Object.assign(webhook, { updatedAt: new Date().toISOString() }, structuredClone(patch));
    if (!webhook.enabled && this.profile.retriesWhileDisabled === "dropped") this.#dropDeliveries(webhook.id);
    this.store.changed();
  }

  remove(id: string): void {
    const { state } = this.store;
    state.webhooks = state.webhooks.filter((webhook) => webhook.id !== id);
    this.#dropDeliveries(id);
    this.store.changed();
  }

  #dropDeliveries(webhookId: string): void {
    const { state } = this.store;
    state.deliveries = state.deliveries.filter((delivery) => delivery.webhookId !== webhookId);
  }

  #newToken(): string {
    return this.profile.signingSecret === "hex" ? randomBytes(32).toString("hex") : randomUUID();
  }
}
