import path from "node:path";
import type { AirkitKind } from "../../sandbox/airkit/forms";
import { Background } from "./background";

export interface WebhookSeen {
  id: string;
  name: string;
  enabled: boolean;
}

export interface DeliverySeen {
  eventId: string;
  eventName: string;
  verified: boolean;
}

interface Ready {
  readonly url: string;
  readonly managementKey: string;
  readonly airkitConsoleUrl: string;
  readonly airkitToken: string;
}

/** A sandbox in a process of its own, driven over its control endpoints. */
export class SandboxProcess {
  private constructor(
    private readonly process: Background,
    /** Where it is and what opens it, as it said when it was ready. */
    readonly ready: Ready,
  ) {}

  get url(): string {
    return this.ready.url;
  }

  /** `keep`: it outlives us. Otherwise it ends with us, however we end. */
  static async start(directory: string, keep: boolean): Promise<SandboxProcess> {
    const args = [
      "--state",
      path.join(directory, "sandbox.json"),
      "--time-scale",
      "60",
      ...(keep ? [] : ["--until-stdin-closes"]),
    ];
    const { process, ready } = await Background.start("sandbox", "../../sandbox/main.js", args, { directory, keep });
    return new SandboxProcess(process, ready as Ready);
  }

  get pid(): number {
    return this.process.pid;
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  webhooks(): Promise<WebhookSeen[]> {
    return this.control("GET", "/webhooks") as Promise<WebhookSeen[]>;
  }

  /** As a person in Kustomer's settings would: Outbound Webhooks, the toggle. */
  async switchOff(webhookId: string): Promise<void> {
    await this.control("PATCH", `/webhooks/${webhookId}`, { enabled: false });
  }

  /** As an admin would: Settings > Security > API Keys > Add API Key. */
  async createKey(name: string, roles: readonly string[]): Promise<string> {
    return ((await this.control("POST", "/keys", { name, roles })) as { token: string }).token;
  }

  /** Something happens in Kustomer. Returns the id of the event. */
  async happen(eventName: string): Promise<string> {
    return ((await this.control("POST", "/events", { name: eventName })) as { id: string }).id;
  }

  received(): Promise<DeliverySeen[]> {
    return this.control("GET", "/received") as Promise<DeliverySeen[]>;
  }

  airkitObjects(kind: AirkitKind): Promise<{ id: string; name: string }[]> {
    return this.control("GET", `/airkit/${kind}`) as Promise<{ id: string; name: string }[]>;
  }

  /** As a person in Airkit's console would. Returns the UUID, as the address of the new object's page shows it. */
  async createAirkitObject(kind: AirkitKind, form: Record<string, unknown>): Promise<string> {
    return ((await this.control("POST", `/airkit/${kind}`, form)) as { id: string }).id;
  }

  async editAirkitObject(kind: AirkitKind, id: string, form: Record<string, unknown>): Promise<void> {
    await this.control("PATCH", `/airkit/${kind}/${id}`, form);
  }

  private async control(method: string, what: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/sandbox${what}`, {
      method,
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${what}: the sandbox answered ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
