import { adapt } from "../../../providers/dynamic/adapt";
import { conversationHub } from "../../../providers/airkit/conversation-hub";
import { account } from "../../../providers/airkit/account";
import { resource } from "../../../providers/airkit/resource";
import { routingFlow } from "../../../providers/airkit/routing-flow";
import type { AnyLifecycle } from "../../../providers/lifecycle/lifecycle";
import { importObject } from "../../../providers/lifecycle/operations";
import { settingsFrom } from "../../../providers/lifecycle/settings";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { aRun } from "../a-run";

export type Properties = Record<string, unknown>;
export type Settings = Record<string, string>;
export type Name = "account" | "resource" | "conversationHub" | "routingFlow";

const LIFECYCLES: Readonly<Record<Name, AnyLifecycle>> = { account, resource, conversationHub, routingFlow };
const settingsOf = (settings: Settings): ReturnType<typeof settingsFrom> => settingsFrom((key) => settings[key], {});

/** One resource as the engine drives it, without an engine. */
export class Declared {
  id = "";
  known: Properties = {};
  readonly #provider;

  constructor(
    private readonly name: Name,
    private readonly settings: Settings,
    private readonly mark: string = name,
    /** Resources of one run of the engine share it. */
    readonly run = aRun(),
  ) {
    this.#provider = provider(name, settings, run);
  }

  /** All warnings so far. */
  get said(): string {
    return this.run.warnings.join("\n");
  }

  async check(given: Properties, olds: Properties = {}): Promise<{ inputs: Properties; reasons: string[] }> {
    const { inputs = {}, failures = [] } = await this.#provider.check(olds, {
      name: "support",
      resourceName: "support",
      ...given,
      mark: this.mark,
    });
    return { inputs, reasons: failures.map(({ reason }) => reason) };
  }

  /** Check, then create; a partial failure is kept in the state, as the engine does. */
  async create(given: Properties): Promise<void> {
    await this.#kept(async () => this.#provider.create((await this.check(given)).inputs));
  }

  async update(given: Properties): Promise<string[]> {
    const { inputs } = await this.check(given, this.known);
    const { changes, replaces } = await this.#provider.diff(this.id, this.known, inputs);
    if (replaces !== undefined && replaces.length > 0) throw new Error(`replaces: ${replaces.join(", ")}`);
    await this.#kept(async () => ({ id: this.id, ...(await this.#provider.update(this.id, this.known, inputs)) }));
    return changes === false ? [] : ["changed"];
  }

  /** As `kustomer-relay import` does it. */
  async import(id: string, given: Properties): Promise<void> {
    const found = await importObject(
      LIFECYCLES[this.name],
      { settings: settingsOf(this.settings), run: this.run },
      id,
      { ...given, driver: "console" },
    );
    this.id = id;
    this.known = found.outputs;
  }

  /** False when it is gone. */
  async read(): Promise<boolean> {
    const { id, props = {} } = await this.#provider.read(this.id, this.known);
    if (id !== undefined) this.known = props;
    return id !== undefined;
  }

  async delete(): Promise<void> {
    await this.#provider.delete(this.id, this.known);
  }

  async #kept(work: () => Promise<{ id: string; outs?: Properties }>): Promise<void> {
    try {
      const { id, outs = {} } = await work();
      this.id = id;
      this.known = outs;
    } catch (error) {
      if (error instanceof Error && "id" in error && "properties" in error) {
        this.id = String(error.id);
        this.known = error.properties as Properties;
      }
      throw error;
    }
  }
}

function provider(name: Name, settings: Settings, run: ReturnType<typeof aRun>): ReturnType<typeof adapt> {
  const made = adapt(LIFECYCLES[name], run);
  const get = (key: string): string | undefined => settings[key];
  void made.configure({ config: { get, require: (key) => get(key) ?? "" } });
  return made;
}

/** A sandbox with an account, a Resource and a hub that a person made. */
export async function aConsole(): Promise<{
  sandbox: Sandbox;
  settings: Settings;
  ids: { account: string; resource: string; hub: string };
}> {
  const sandbox = await startSandbox();
  const account = sandbox.createAirkitObject("accounts", { name: "by hand", integration: "Kustomer", apiKey: "k" }).id;
  const resource = sandbox.createAirkitObject("resources", {
    name: "by hand",
    capabilities: ["MESSAGING_SEND_TEXT"],
    datasourceId: account,
  }).id;
  const hub = sandbox.createAirkitObject("hubs", {
    name: "by hand",
    channelResourceIds: [resource],
    agentTimeoutSeconds: 900,
    maxWeightPerAgent: 5,
    reassignWhenOffline: true,
  }).id;
  sandbox.clearRequests();
  const settings = {
    "airkit:driver": "console",
    "airkit:baseUrl": sandbox.airkitConsoleUrl,
    "airkit:token": sandbox.airkitToken,
  };
  return { sandbox, settings, ids: { account, resource, hub } };
}
