import { RelayError, messageOf } from "../../lifecycle/errors";
import { newGeneration } from "../../lifecycle/ownership";
import type { Run } from "../../lifecycle/run";
import { wait } from "../../lifecycle/wait";
import { type OutboundWebhookData, type TransactionData, momentOf } from "../answers";
import type { KustomerClient } from "../client";
import { type Made, requireStillWanted } from "./creation";
import { type SecretPlace, handOver } from "./hand-over";
import { type Registration, bodyOf, register } from "./registration";

const LOOK_EVERY_MS = 1000;
const ATTEMPTS_SHOWN = 3;

/**
 * The guide's last step, done by the program: "The webhook might not be available after you register it … If the webhook
 * remains disabled, it might need to be registered again." Off: switched on again. Off a second time: a new one is
 * registered anew, once; one whose secret is in use already is not, since that would change the secret. `now` always holds
 * the webhook as it is, also when this fails.
 */
export class Activation {
  now: OutboundWebhookData;
  generation: string;
  /** Every generation with which this run asked for the webhook to be made. */
  readonly posted: string[];
  /** Where the receiver has the secret. */
  handedOver: SecretPlace | undefined;
  private shownAtLast: number;

  constructor(
    private readonly client: KustomerClient,
    private readonly made: Made,
    private readonly registration: Registration & { readonly watchSeconds: number },
    private readonly run: Run,
  ) {
    this.now = made.webhook;
    this.generation = made.generation;
    this.posted = [made.generation];
    this.shownAtLast = Date.now() + (made.isNew ? client.timing.lagMs : 0);
  }

  /** The receiver has the secret, then events may come. */
  async begin(): Promise<void> {
    await handOver(this.client, this.registration, this.now, this.run);
    this.handedOver = this.registration.secretFile;
    if (this.handedOver !== undefined && this.registration.enabled && !this.now.enabled) await this.switchOn();
  }

  async keepOn(): Promise<void> {
    if (!this.registration.enabled || this.registration.watchSeconds === 0) return;
    if (await this.watch()) return;
    await this.switchOn();
    if (await this.watch()) return;
    if (this.made.isNew) {
      await this.registerAnew();
      if (await this.watch()) return;
    }
    throw new RelayError({
      what:
        `${this.called} is ${this.made.isNew ? "created but " : ""}failing: Kustomer switched it off again after it was switched on once${this.made.isNew ? " and registered anew once" : ""}` +
        (await this.latestAttempts()),
      next: `check that its endpoint at ${new URL(this.now.url).host} answers 2xx within a few seconds, then run \`pulumi up\` again`,
    });
  }

  /**
   * The watch of one that follows another, before that one goes. It is not registered anew: its secret is in use already.
   */
  async confirm(): Promise<void> {
    if (!this.registration.enabled || this.registration.watchSeconds === 0) return;
    if (await this.watch()) return;
    await this.switchOn();
    if (await this.watch()) return;
    throw new RelayError({
      what: `${this.called} was switched off again by Kustomer after it was switched on once${await this.latestAttempts()}, so the webhook that it replaces was kept`,
      next: `check that the endpoint at ${new URL(this.now.url).host} answers 2xx within a few seconds, then run \`pulumi up --refresh\``,
    });
  }

  /** Looks every second until `watchSeconds` are over or it is off. */
  private async watch(): Promise<boolean> {
    const end = Date.now() + this.registration.watchSeconds * 1000;
    for (let isShown = true; this.now.enabled && (Date.now() < end || !isShown);) {
      const ms = isShown ? Math.min(LOOK_EVERY_MS, Math.max(end - Date.now(), 1)) : LOOK_EVERY_MS / 2;
      await wait(ms, `watch ${this.called}`, this.run.signal);
      const seen = await this.client.getOutboundWebhook(this.now.id);
      isShown = seen !== undefined;
      if (seen !== undefined) this.now = { ...seen, signingSecret: this.now.signingSecret };
      else if (Date.now() > this.shownAtLast) this.gone();
    }
    return this.now.enabled;
  }

  private async switchOn(): Promise<void> {
    const updated =
      (await this.client.updateOutboundWebhook(this.now.id, bodyOf(this.registration, this.generation))) ?? this.gone();
    this.now = { ...updated, signingSecret: this.now.signingSecret };
  }

  /** The new one first, where there is room: should we be stopped in between, the old one is still known. */
  private async registerAnew(): Promise<void> {
    const old = this.now;
    // What is registered now has the newest of all claims: a run that was superseded meanwhile must not go on.
    const all = await requireStillWanted(this.client, this.registration, this.made);
    if (all.length >= this.client.webhookLimit) await this.client.deleteOutboundWebhook(old.id);
    const generation = newGeneration(this.generation);
    try {
      this.now = await register(this.client, this.registration, generation, all, this.run);
    } finally {
      // Also one whose fate stays unknown may have its effect, late.
      this.posted.push(generation);
    }
    this.generation = generation;
    this.shownAtLast = Date.now() + this.client.timing.lagMs;
    await this.begin();
    await this.client.deleteOutboundWebhook(old.id);
  }

  private gone(): never {
    throw new RelayError({
      what: `${this.called} was deleted while it was being watched`,
      next: "run `pulumi refresh`, then `pulumi up`",
    });
  }

  private get called(): string {
    return `outbound webhook "${this.now.name}" (${this.now.id})`;
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
