import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

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

/** A sandbox in a process of its own, driven over its control endpoints. */
export class SandboxProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly managementKey: string,
  ) {}

  /**
   * `keep`: it outlives us. Otherwise it ends with us, however we end: it watches the pipe to its standard input. Either
   * way it has a process group of its own, so that Ctrl-C does not take it from under a running `pulumi up`.
   */
  static async start(directory: string, keep: boolean): Promise<SandboxProcess> {
    const log = openSync(path.join(directory, "sandbox.log"), "a");
    const args = [
      "--state",
      path.join(directory, "sandbox.json"),
      "--time-scale",
      "60",
      ...(keep ? [] : ["--until-stdin-closes"]),
    ];
    const child = spawn(process.execPath, [path.join(__dirname, "../../sandbox/main.js"), ...args], {
      detached: true,
      stdio: [keep ? "ignore" : "pipe", "pipe", log],
    });
    closeSync(log);
    const ended = once(child, "exit").then(() => {
      throw new Error(`the sandbox did not start; see ${path.join(directory, "sandbox.log")}`);
    });
    const [line] = (await Promise.race([once(createInterface(child.stdout ?? process.stdin), "line"), ended])) as [
      string,
    ];
    const { url, managementKey } = JSON.parse(line) as { url: string; managementKey: string };
    // It says nothing more; an open pipe would keep us waiting for one that outlives us.
    child.stdout?.destroy();
    child.unref();
    return new SandboxProcess(child, url, managementKey);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const patience = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(patience);
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

  async expectSecret(resourceId: string, secret: string): Promise<void> {
    await this.control("POST", "/secrets", { resourceId, secret });
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
