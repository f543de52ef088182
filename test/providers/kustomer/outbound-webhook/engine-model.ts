import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { keptOf } from "../../../../providers/kustomer/outbound-webhook/ownership";
import type { OutboundWebhookOutputs } from "../../../../providers/kustomer/outbound-webhook/fields";
import { connectToKustomer } from "../../../../providers/kustomer/connection";
import { knownFields, restoreImplied } from "../../../../providers/lifecycle/implied";
import { markOf } from "../../../../providers/lifecycle/identity";
import type { AnyLifecycle } from "../../../../providers/lifecycle/lifecycle";
import {
  type Context,
  type Properties,
  check,
  create,
  diff,
  importObject,
  read,
  remove,
  update,
} from "../../../../providers/lifecycle/operations";
import type { Kept } from "../../../../providers/lifecycle/ownership";
import type { Sandbox } from "../../../../sandbox";
import { aRun } from "../../a-run";
import { settingsOf } from "../support";

/** Nothing lags here, so nobody waits. */
const AT_ONCE = { lagMs: 0, looksAfterMs: [0] };

const lifecycle = {
  ...outboundWebhook,
  connect: (settings: Parameters<typeof outboundWebhook.connect>[0], run: ReturnType<typeof aRun>) => ({
    kustomer: connectToKustomer(settings, { ...run, timing: AT_ONCE }),
    run,
  }),
} as unknown as AnyLifecycle;

export interface Declared {
  readonly url: string;
  readonly rotation: number;
  readonly title: string;
}

interface Entry {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly unfinished: boolean;
}

/** How the engine is asked to replace a resource that does not differ. */
export type Replacement = "--replace" | "replacementTrigger";

export interface UpOptions {
  /** Dies once the first webhook is made, and before the state has it. */
  readonly killed?: boolean;
  readonly replace?: { readonly name: string; readonly how: Replacement };
  readonly retained?: readonly string[];
}

class Killed extends Error {}

/** A stack in a folder of its own, and what the engine does with it, call by call: for thousands of runs. */
export class ModelStack {
  readonly declared = new Map<string, Declared>();
  readonly state = new Map<string, Entry>();
  /** By how much this folder's machine is off. */
  clockMs = 0;
  /** Replaced, and still to be deleted. */
  private replaced: Entry[] = [];
  private backup: readonly [string, Entry][] | undefined;

  constructor(readonly stack: string) {}

  backUp(): void {
    this.backup = [...this.state];
  }

  /** Puts the state back that was backed up; what was declared meanwhile stays declared. */
  restore(): void {
    if (this.backup === undefined) return;
    this.state.clear();
    for (const [name, entry] of this.backup) this.state.set(name, entry);
    this.replaced = [];
  }

  /** As `kustomer-relay import`: the state takes the webhook, and the program declares it as it is. */
  async import(sandbox: Sandbox, name: string, webhookId: string): Promise<void> {
    const { id, inputs, outputs } = await importObject(lifecycle, contextOf(sandbox), webhookId, {});
    this.state.set(name, { id, inputs, outputs, unfinished: false });
    const { name: title, url, rotation } = inputs as unknown as { name: string; url: string; rotation: number };
    this.declared.set(name, { title, url, rotation });
  }

  markOf(name: string): string {
    return markOf({ project: "model", stack: this.stack, parentTypes: [], name });
  }

  /** What the state holds; `replaced` ones too. */
  held(): Kept[] {
    return [...this.state.values(), ...this.replaced].map(({ outputs }) =>
      keptOf(restoreImplied(knownFields(lifecycle), outputs) as unknown as OutboundWebhookOutputs),
    );
  }

  webhookId(name: string): string | undefined {
    return this.state.get(name)?.outputs.webhookId as string | undefined;
  }

  /** As by an alias: the state's entry goes along. */
  rename(from: string, to: string): void {
    const [declared, entry] = [this.declared.get(from), this.state.get(from)];
    this.declared.delete(from);
    this.state.delete(from);
    if (declared) this.declared.set(to, declared);
    if (entry) this.state.set(to, entry);
  }

  /** What it said. */
  async up(sandbox: Sandbox, options: UpOptions = {}): Promise<readonly string[]> {
    const context = contextOf(sandbox);
    try {
      for (const name of this.declared.keys()) await this.bring(context, name, options);
    } catch (error) {
      if (error instanceof Killed) return context.run.warnings;
      throw error;
    }
    for (const [name, entry] of this.state) {
      if (this.declared.has(name)) continue;
      if (options.retained?.includes(name) !== true) await remove(lifecycle, context, entry.id, entry.outputs);
      this.state.delete(name);
    }
    await this.deleteReplaced(context);
    return context.run.warnings;
  }

  async refresh(sandbox: Sandbox): Promise<readonly string[]> {
    const context = contextOf(sandbox);
    for (const [name, entry] of this.state) {
      const found = await read(lifecycle, context, entry.id, entry.outputs);
      if (found === undefined) this.state.delete(name);
      else this.state.set(name, { ...found, unfinished: false });
    }
    return context.run.warnings;
  }

  async destroy(sandbox: Sandbox): Promise<readonly string[]> {
    const context = contextOf(sandbox);
    for (const [name, entry] of this.state) {
      await remove(lifecycle, context, entry.id, entry.outputs);
      this.state.delete(name);
    }
    await this.deleteReplaced(context);
    return context.run.warnings;
  }

  private async bring(context: Context, name: string, { killed = false, replace }: UpOptions): Promise<void> {
    const { url, rotation, title } = this.declared.get(name) ?? { url: "", rotation: 0, title: "" };
    const given = { name: title, url, rotation, watchSeconds: 0, mark: this.markOf(name) };
    const checked = async (former?: Properties): Promise<Properties> => {
      const { inputs, failures } = await check(lifecycle, context, { given, former });
      if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
      return inputs;
    };
    const make = async (): Promise<void> => {
      const inputs = await checked();
      const { id, outputs, unfinished } = await create(lifecycle, context, inputs);
      if (killed) throw new Killed();
      this.state.set(name, { id, inputs, outputs, unfinished: unfinished.length > 0 });
    };
    const old = this.state.get(name);
    if (old === undefined) return make();
    const how = replace?.name === name ? replace.how : undefined;
    if (how === "--replace") return this.replace(old, make);
    const inputs = await checked(old.inputs);
    if (how === "replacementTrigger") return this.replace(old, make);
    const { changes, isDue } = await diff(lifecycle, context, old.id, old.outputs, inputs);
    if (changes.some(({ replaces }) => replaces)) return this.replace(old, make);
    if (changes.length === 0 && !isDue && !old.unfinished) return;
    const { outputs, unfinished } = await update(lifecycle, context, old.id, old.outputs, inputs);
    this.state.set(name, { id: old.id, inputs, outputs, unfinished: unfinished.length > 0 });
  }

  private async replace(old: Entry, make: () => Promise<void>): Promise<void> {
    await make();
    this.replaced.push(old);
  }

  private async deleteReplaced(context: Context): Promise<void> {
    for (const entry of [...this.replaced]) {
      await remove(lifecycle, context, entry.id, entry.outputs);
      this.replaced = this.replaced.filter((other) => other !== entry);
    }
  }
}

function contextOf(sandbox: Sandbox): Context & { readonly run: ReturnType<typeof aRun> } {
  // Want of room is a refusal of its own: here the organisations have no limit.
  return { settings: settingsOf(sandbox, { "kustomer:webhookLimit": "100000" }), run: aRun() };
}
