import { setTimeout as sleep } from "node:timers/promises";
import { RelayError, messageOf } from "../../lifecycle/errors";
import { type OutboundWebhookData, type TransactionData, momentOf } from "../answers";
import type { KustomerClient } from "../client";
import { type Registration, bodyOf, register } from "./registration";

const LOOK_EVERY_MS = 1000;
const ATTEMPTS_SHOWN = 3;

/**
 * The guide's last step, done by the program: "The webhook might not be available after you register it … If the webhook
 * remains disabled, it might need to be registered again." Off: switched on again. Off a second time: registered anew,
 * once. `now` always holds the webhook as it is, also when this fails.
 */
export class Activation {
  constructor(
    private readonly client: KustomerClient,
    public now: OutboundWebhookData,
    private readonly registration: Registration & { readonly watchSeconds: number },
    private readonly generation: string,
    /** Removes what else carries our mark, or ends our own attempt where a newer one exists. */
    private readonly sweep: (webhook: OutboundWebhookData) => Promise<unknown>,
  ) {}

  async keepOn(): Promise<void> {
    if (!this.registration.enabled || this.registration.watchSeconds === 0) return;
    if (await this.watch()) return;
    await this.switchOn();
    if (await this.watch()) return;
    await this.registerAnew();
    if (await this.watch()) return;
    throw new RelayError(
      `outbound webhook "${this.now.name}" (${this.now.id}) is created but failing: Kustomer switched it off again after it was switched on once and registered anew once` +
        `${await this.latestAttempts()}; check that its endpoint at ${new URL(this.now.url).host} answers 2xx within a few seconds, then run \`pulumi up\` again`,
    );
  }

  /**
   * The watch of one that follows another, before that one goes. It is not registered anew: its secret is in use already.
   */
  async confirm(): Promise<void> {
    if (!this.registration.enabled || this.registration.watchSeconds === 0) return;
    if (await this.watch()) return;
    await this.switchOn();
    if (await this.watch()) return;
    throw new RelayError(
      `outbound webhook "${this.now.name}" (${this.now.id}) is to follow another, but Kustomer switched it off again after it was switched on once` +
        `${await this.latestAttempts()}; so the other one is left, too: check that the endpoint at ${new URL(this.now.url).host} answers 2xx within a few seconds, then run \`pulumi up --refresh\``,
    );
  }

  /** Looks every second until `watchSeconds` are over or it is off. */
  private async watch(): Promise<boolean> {
    const end = Date.now() + this.registration.watchSeconds * 1000;
    while (this.now.enabled && Date.now() < end) {
      await sleep(Math.min(LOOK_EVERY_MS, Math.max(end - Date.now(), 1)));
      this.now = {
        ...((await this.client.getOutboundWebhook(this.now.id)) ?? this.gone()),
        signingSecret: this.now.signingSecret,
      };
    }
    return this.now.enabled;
  }

  private async switchOn(): Promise<void> {
    const updated =
      (await this.client.updateOutboundWebhook(this.now.id, bodyOf(this.registration, this.generation))) ?? this.gone();
    this.now = { ...updated, signingSecret: this.now.signingSecret };
  }

  /** The new one first: should we be stopped in between, the old one is still known. */
  private async registerAnew(): Promise<void> {
    const old = this.now;
    // What is registered now is the newest of all attempts: one that was superseded meanwhile must not go on.
    await this.sweep(old);
    this.now = await register(this.client, this.registration);
    await this.client.deleteOutboundWebhook(old.id);
  }

  private gone(): never {
    throw new RelayError(
      `outbound webhook "${this.now.name}" (${this.now.id}) was deleted while it was being watched; run \`pulumi refresh\`, then \`pulumi up\``,
    );
  }

  private async latestAttempts(): Promise<string> {
    const attempts = await this.client.listTransactions(this.now.id).catch((error: unknown) => messageOf(error));
    if (typeof attempts === "string") return ` (its delivery attempts could not be read: ${attempts})`;
    if (attempts.length === 0) return " (no delivery was attempted)";
    return ` (latest delivery attempts: ${attempts
      .sort((one, other) => momentOf(other.sentAt) - momentOf(one.sentAt))
      .slice(0, ATTEMPTS_SHOWN)
      .map(describe)
      .join(", ")})`;
  }
}

function describe(attempt: TransactionData): string {
  const at = momentOf(attempt.sentAt);
  return `${attempt.eventName ?? "event"} ${attempt.status ?? "?"}${at === 0 ? "" : ` at ${new Date(at).toISOString()}`}`;
}
