import { setTimeout as sleep } from "node:timers/promises";
import type { CommandLineInterface } from "./command-line-interface";
import type { Background } from "./background";
import { startHostedReceiver } from "./hosted-receiver";
import type { Interrupt } from "./interrupt";
import { planReceiver, startReceiver } from "./receiver-process";
import type { SandboxProcess } from "./sandbox-process";
import type { Shown } from "./summary";

const EVENTS = ["kustomer.message.create", "kustomer.conversation.update"];

/** Where the receiver's code runs. */
export const RECEIVERS = ["self-hosted", "aws-local"] as const;
export type ReceiverKind = (typeof RECEIVERS)[number];

/** What the ready-made stack gives out for a relay. */
export interface RelayOutputs {
  readonly status: string;
  readonly destinationUrl: string;
  readonly accountId: string;
  readonly hubId: string;
  readonly kustomerApiKey: string;
  readonly signingSecret: string;
  readonly operatorSteps: string;
}

/** Shows one thing after the other on the real engine; the first that fails ends it. */
export class Tour {
  readonly shown: Shown[] = [];
  private receiver: Background | undefined;
  private readonly kept: Background[] = [];

  constructor(
    readonly pulumi: CommandLineInterface,
    readonly sandbox: SandboxProcess,
    private readonly interrupt: Interrupt,
    private readonly place: { directory: string; keep: boolean; receiver: ReceiverKind },
  ) {}

  /** What runs beside the engine. */
  get processes(): { pid: number; stop: () => Promise<void> }[] {
    return [this.sandbox, ...(this.receiver === undefined ? [] : [this.receiver]), ...this.kept];
  }

  /** What is left running to play with. */
  keeps(process: Background): void {
    this.kept.push(process);
  }

  /** Something that runs beside the engine from now on, and ends with the tour. */
  runs(process: Background): void {
    this.receiver = process;
  }

  /** Declares that events go by way of a receiver on this machine; returns what starts it once its destination is known. */
  declareReceiver(relay: string): Promise<() => Promise<string>> {
    return this.place.receiver === "self-hosted" ? this.declareSelfHosted(relay) : this.declareHosted(relay);
  }

  private async declareSelfHosted(relay: string): Promise<() => Promise<string>> {
    const plan = await planReceiver(this.place.directory);
    await this.set(`${relay}.receiver.kind`, "self-hosted");
    await this.set(`${relay}.receiver.publicUrl`, plan.publicUrl);
    // Pulumi takes it for a secret, by its name.
    await this.set(`${relay}.receiver.secretFile`, plan.secretFile, "--plaintext");
    return async () => {
      const { destinationUrl } = await this.outputs();
      this.receiver = await startReceiver(plan, destinationUrl, this.place);
      return plan.publicUrl;
    };
  }

  private async declareHosted(relay: string): Promise<() => Promise<string>> {
    console.log("\n== The receiver's functions for AWS Lambda start on this machine");
    const hosted = await startHostedReceiver(this.place);
    this.receiver = hosted.process;
    await this.set(`${relay}.receiver.kind`, "url");
    await this.set(`${relay}.receiver.url`, hosted.url);
    return async () => {
      const { destinationUrl, signingSecret } = await this.outputs();
      await hosted.connect({ signingSecret, destinationUrl });
      return "the functions may read its secret";
    };
  }

  get succeeded(): boolean {
    return this.shown.length > 0 && this.shown.every(({ ok }) => ok);
  }

  async show(what: string, work: () => Promise<string>): Promise<void> {
    this.interrupt.check();
    console.log(`\n== ${what}`);
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
      this.shown.push({ what, result: await work(), ok: true, seconds: seconds() });
    } catch (error) {
      this.shown.push({ what, result: "see above", ok: false, seconds: seconds() });
      this.interrupt.check();
      throw error;
    }
  }

  /** `pulumi config set`, as a person would type it. */
  async set(key: string, value: string, ...flags: string[]): Promise<void> {
    // A secret may begin with a dash.
    await this.pulumi.run(["config", "set", "--path", ...flags, "--", key, value], { quiet: true });
  }

  up(): Promise<string> {
    return this.pulumi.run(["up", "--yes", "--skip-preview"]);
  }

  async outputs(): Promise<RelayOutputs> {
    const all = await this.pulumi.run(["stack", "output", "--json", "--show-secrets"], { quiet: true });
    const outputs = JSON.parse(all) as RelayOutputs | { support: RelayOutputs };
    // The ready-made stack has an output for each relay; a program with one relay gives out what that has.
    return "support" in outputs ? outputs.support : outputs;
  }

  /** Two things happen in Kustomer; Airkit gets both and finds their signatures right. */
  async eventsArrive(): Promise<string> {
    const ids: string[] = [];
    for (const event of EVENTS) ids.push(await this.sandbox.happen(event));
    const deadline = Date.now() + 30_000;
    for (;;) {
      const received = await this.sandbox.received();
      const verified = received.filter((delivery) => delivery.verified && ids.includes(delivery.eventId));
      if (verified.length >= ids.length) {
        for (const { eventName, eventId } of verified) console.log(`  ${eventName} ${eventId}: signature verified`);
        return `${verified.length} of ${ids.length}`;
      }
      if (Date.now() > deadline)
        throw new Error(`${verified.length} of ${ids.length} events arrived and were verified within 30 seconds`);
      this.interrupt.check();
      await sleep(100);
    }
  }

  async switchWebhookOff(): Promise<void> {
    for (const { id } of await this.sandbox.webhooks()) await this.sandbox.switchOff(id);
  }

  async refreshShows(...fields: string[]): Promise<string> {
    const printed = await this.pulumi.run(["refresh", "--yes", "--skip-preview"]);
    const missing = fields.filter((field) => !printed.includes(`diff: ~${field}`));
    if (missing.length > 0) throw new Error(`refresh did not show the drift of ${missing.join(", ")}`);
    return fields.map((field) => `~${field}`).join(" ");
  }

  async webhookIsOn(): Promise<string> {
    const off = (await this.sandbox.webhooks()).filter(({ enabled }) => !enabled);
    if (off.length > 0) throw new Error("the webhook is still off");
    return "as declared again";
  }

  async destroy(): Promise<string> {
    await this.pulumi.run(["destroy", "--yes", "--skip-preview"]);
    const left = await this.sandbox.webhooks();
    if (left.length > 0) throw new Error(`${left.length} webhooks are left in Kustomer`);
    return "no webhook left";
  }
}
