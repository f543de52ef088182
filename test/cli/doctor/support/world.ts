import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Level } from "../../../../cli/doctor/check";
import { examine, type Result } from "../../../../cli/doctor/examine";
import { gather } from "../../../../cli/doctor/gather";
import type { State, StateResource } from "../../../../cli/doctor/state";
import type { Subject } from "../../../../cli/doctor/subject";
import { Receiver } from "../../../../cli/doctor/kinds/receiver";
import { StackSubject } from "../../../../cli/doctor/kinds/stack";
import { apiKey } from "../../../../providers/kustomer/api-key";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { RELAY_ROLES } from "../../../../providers/kustomer/api-key/roles";
import { connectToAirkit } from "../../../../providers/airkit/connection";
import { routingFlow } from "../../../../providers/airkit/routing-flow";
import { signingSecretFile } from "../../../../providers/receiver/signing-secret-file";
import { newRun } from "../../../../providers/lifecycle/run";
import { settingsFrom } from "../../../../providers/lifecycle/settings";
import { createLog } from "../../../../receiver/self-hosted/logs";
import { type LocalReceiver, startReceiver } from "../../../../receiver/self-hosted/receiver";
import {
  type KeyRecord,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
  type WebhookRecord,
} from "../../../../sandbox";
import { checked, connect } from "../../../providers/kustomer/support";
import { configFor } from "../../../receiver/support/config";
import { STORE_WORKER } from "../../../receiver/support/receiver";

import { type Queues, startQueues } from "./queues";

type Properties = Record<string, unknown>;

export const MARK = "mark-of-the-relay";

/** A relay in order, as its state has it: Kustomer → a receiver on this machine → Airkit, the last two by the real parts. */
export class World {
  readonly folder = mkdtempSync(path.join(tmpdir(), "doctor-"));
  readonly config: Record<string, string> = {};
  readonly resources: StateResource[] = [];
  pendingOperations: string[] = [];
  versions: { pulumi?: string; node?: string; cwd?: string } = {};
  receiver!: LocalReceiver;
  queues!: Queues;
  /** The environment, as far as it has settings and credentials. */
  environment: NodeJS.ProcessEnv = {};
  private destinationUrl = "";

  private constructor(
    readonly sandbox: Sandbox,
    readonly key: KeyRecord & { token: string },
  ) {}

  static async inOrder(profile: SandboxOptions["profile"]): Promise<World> {
    const sandbox = await startSandbox({ profile: profile ?? "documented" });
    const world = new World(sandbox, sandbox.createKey({ name: "relay", roles: RELAY_ROLES }));
    await world.build();
    return world;
  }

  get store(): string {
    return path.join(this.folder, "store");
  }

  get secretFile(): string {
    return path.join(this.folder, "secrets");
  }

  get webhook(): WebhookRecord {
    const webhook = this.sandbox.webhooks().find(({ name }) => name === "relay");
    if (webhook === undefined) throw new Error("the webhook is gone");
    return webhook;
  }

  /** Changes what the state says of a resource: `inputs` and `outputs` alike. */
  edit(name: string, changes: Properties): void {
    const index = this.resources.findIndex((resource) => resource.name === name);
    const resource = this.resources[index];
    if (resource === undefined) throw new Error(`no resource ${name}`);
    const [inputs, outputs] = [
      { ...resource.inputs, ...changes },
      { ...resource.outputs, ...changes },
    ];
    this.resources[index] = { ...resource, inputs, outputs };
  }

  /** Of everything, or of these checks alone. */
  async look(...only: string[]): Promise<Result[]> {
    const wants = (check: string): boolean => only.length === 0 || only.includes(check);
    return examine(this.subjects(), { timeoutMs: 20_000, wants });
  }

  /** The one result of a check; `of` is a part of the subject's name. */
  async result(check: string, of = ""): Promise<Result> {
    const found = (await this.look(check)).filter((one) => one.check === check && one.subject.includes(of));
    const [result] = found;
    if (result === undefined || found.length > 1) throw new Error(`${found.length} results of ${check}`);
    return result;
  }

  subjects(): Subject[] {
    const state: State = { resources: this.resources, pendingOperations: this.pendingOperations };
    const stack = new KnownStack(state, this.config, this.versions);
    return [stack, ...gather(state, this.config, this.environment), new Receiver(this.store)];
  }

  add(type: string, name: string, outputs: Properties, more: Partial<StateResource> = {}): void {
    const urn = `urn:pulumi:dev::test::${type}::${name}`;
    this.resources.push({
      urn,
      type,
      name,
      id: `id-of-${name}`,
      inputs: outputs,
      outputs,
      provider: "urn:pulumi:dev::test::pulumi:providers:pulumi-nodejs::default::1",
      parent: "",
      dependsOn: {},
      pendingDelete: false,
      initErrors: [],
      ...more,
    });
  }

  /** A second webhook of the same stack, that sends elsewhere. */
  async addWebhook(name: string, url: string): Promise<void> {
    const inputs = checked(outboundWebhook, { name, url, watchSeconds: 0, mark: `mark-of-${name}` });
    const { outputs } = await outboundWebhook.create(connect(this.sandbox), inputs as never);
    this.add("pulumi-nodejs:kustomer:OutboundWebhook", name, { ...outputs });
  }

  async close(): Promise<void> {
    await this.receiver.stop();
    await this.queues.close();
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async restartReceiver(): Promise<void> {
    const overrides = { store: { folder: this.store } };
    const relay = { secrets: [{ file: this.secretFile }] };
    this.receiver = await startReceiver(configFor(this.destinationUrl, overrides, { triesWhenRefused: 1 }, relay), {
      log: createLog("error", { write: () => undefined }),
      storeWorker: STORE_WORKER,
    });
  }

  private async build(): Promise<void> {
    const { sandbox, key } = this;
    Object.assign(this.config, {
      "kustomer:baseUrl": sandbox.url,
      "kustomer:apiKey": sandbox.managementKey,
      "airkit:driver": "console",
      "airkit:baseUrl": sandbox.airkitConsoleUrl,
      "airkit:token": sandbox.airkitToken,
    });
    this.add("pulumi:providers:pulumi-nodejs", "default", { ...this.config }, { id: "1", provider: "" });

    const account = sandbox.createAirkitObject("accounts", {
      name: "a",
      integration: "Kustomer",
      apiKey: key.token,
    }).id;
    const capabilities = ["MESSAGING_SEND_TEXT"];
    const resource = sandbox.createAirkitObject("resources", { name: "r", capabilities, datasourceId: account }).id;
    const hub = sandbox.createAirkitObject("hubs", { name: "h", channelResourceIds: [resource] }).id;
    const destinationUrl = `${sandbox.url}/internal/sessions/v1/resource/kustomer/${resource}/receive-message`;

    this.queues = await startQueues();
    const credentials = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "a-secret-of-aws" };
    this.environment = { ...credentials, AWS_ENDPOINT_URL: this.queues.url, PATH: "/nowhere" };
    writeFileSync(this.secretFile, "", { mode: 0o600 });
    this.destinationUrl = destinationUrl;
    await this.restartReceiver();
    const connection = connect(sandbox);
    const keyInputs = checked(apiKey, { name: "relay", token: key.token, mark: "mark-of-the-key" });
    const { outputs: keyOutputs } = await apiKey.create({ ...connection, issuer: undefined }, keyInputs as never);
    this.add("pulumi-nodejs:kustomer:ApiKey", "relay-api-key", { ...keyOutputs });

    const webhookUrl = `${this.receiver.url}/kustomer`;
    const webhookInputs = checked(outboundWebhook, { name: "relay", url: webhookUrl, watchSeconds: 0, mark: MARK });
    const { outputs: webhook } = await outboundWebhook.create(connection, webhookInputs as never);
    this.add("pulumi-nodejs:kustomer:OutboundWebhook", "relay-webhook", { ...webhook });
    // What a receiver on AWS tells of itself, too: its queues are looked at in the same way.
    const queue = (name: string): string => `${this.queues.url}/123456789012/${name}`;
    const queues = { queueUrl: queue("events"), deadLetterQueueUrl: queue("dead") };
    const hosted = { kind: "aws", region: "eu-west-1", relay: "support", controls: {}, tableName: "table", ...queues };
    const relay = { webhookUrl, destinationUrl, receiver: hosted };
    this.add("kustomer-relay:index:KustomerRelay", "relay", relay, { provider: "" });

    const file = {
      name: "secrets",
      path: this.secretFile,
      signingSecret: webhook.signingSecret,
      mark: "mark-of-the-file",
    };
    const { outputs: secretFile } = await signingSecretFile.create(newRun({ show: () => undefined }), file);
    const webhookUrn = this.resources.find(({ name }) => name === "relay-webhook")?.urn ?? "";
    this.add(
      "pulumi-nodejs:receiver:SigningSecretFile",
      "relay-secret-file",
      { ...secretFile },
      { dependsOn: { signingSecret: [webhookUrn] } },
    );
    await this.receiver.reload();

    const driver = connectToAirkit(
      settingsFrom((name) => this.config[name], {}),
      connection.run,
    );
    const flowInputs = checked(routingFlow, {
      name: "f",
      resourceName: "relay-routing-flow",
      driver: "console",
      hubId: hub,
      datasourceId: account,
      webhookSecretKey: webhook.signingSecret,
      mark: "mark-of-the-flow",
    });
    const { id, outputs: flow } = await routingFlow.create(driver, flowInputs as never);
    this.add(
      "pulumi-nodejs:airkit:RoutingFlow",
      "relay-routing-flow",
      { ...flow },
      { id, dependsOn: { webhookSecretKey: [webhookUrn] } },
    );
  }
}

/** A stack whose state and config are given; programs are asked for their versions as usual, where none is given. */
class KnownStack extends StackSubject {
  override readonly state: () => Promise<State>;
  override readonly config: () => Promise<Record<string, string>>;

  constructor(
    state: State,
    config: Record<string, string>,
    private readonly versions: World["versions"],
  ) {
    super({ cwd: versions.cwd ?? ".", stack: "dev", timeoutMs: 10_000 });
    this.state = () => Promise.resolve(state);
    this.config = () => Promise.resolve(config);
  }

  override pulumiVersion(): Promise<string> {
    return Promise.resolve(this.versions.pulumi ?? "3.259.0");
  }

  override nodeVersion(): Promise<string> {
    return this.versions.node === undefined ? super.nodeVersion() : Promise.resolve(this.versions.node);
  }
}

export const levelsOf = (results: readonly Result[]): [string, Level][] =>
  results.map(({ check, subject, level }) => [`${check} of ${subject}`, level]);
