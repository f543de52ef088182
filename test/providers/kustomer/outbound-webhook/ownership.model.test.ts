import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { ownerHeader, ownerOf } from "../../../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../../../providers/lifecycle/ownership";
import { type Sandbox, type WebhookRecord, startSandbox } from "../../../../sandbox";
import { failureOf } from "../support";
import { ModelStack, type UpOptions } from "./engine-model";

/**
 * Two folders with a stack of the same name, and two organisations: whatever people, killed runs and Kustomer do, in any order,
 * no live webhook is harmed. `RELAY_MODEL_RUNS` and `RELAY_MODEL_SEED` ask for more runs, and for the same ones again.
 */
const RUNS = Number(process.env.RELAY_MODEL_RUNS ?? 100);
/** Always the same runs where nobody asks for others: what fails here fails for everybody. */
const SEED = Number(process.env.RELAY_MODEL_SEED ?? 20261126);

const HOUR = 3600_000;
const NAMES = ["one", "two"] as const;
const OPERATIONS = [
  "up",
  "refresh",
  "up, killed after the POST",
  "killed before the POST takes effect",
  "the POST takes effect after all",
  "rename",
  "retain",
  "forget",
  "declare",
  "take out",
  "change",
  "rotate",
  "--replace",
  "replacementTrigger",
  "wrong organisation",
  "an own POST takes effect twice",
  "delete outside",
  "edit outside",
  "import",
  "back up the state",
  "restore the state",
  "clock ahead",
  "clock behind",
  "destroy",
] as const;

const operation = fc.record({
  kind: fc.constantFrom(...OPERATIONS),
  folder: fc.constantFrom(0, 1),
  name: fc.constantFrom(...NAMES),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

class World {
  readonly folders = [new ModelStack("dev"), new ModelStack("dev")] as const;
  /** What killed runs have under way. */
  private underWay: Pick<WebhookRecord, "name" | "url" | "headers">[] = [];
  private changes = 0;

  constructor(
    private readonly home: Sandbox,
    private readonly other: Sandbox,
  ) {
    for (const folder of this.folders) this.declare(folder, "one");
    for (const sandbox of [home, other]) {
      for (const { id } of sandbox.webhooks()) sandbox.removeWebhook(id);
      sandbox.clearRequests();
    }
    other.createWebhook({ name: "theirs", url: "https://example.com/one" });
    home.createWebhook({ name: "by hand", url: "https://example.com/one" });
  }

  async carryOut({ kind, folder: index, name }: Operation): Promise<void> {
    const folder = this.folders[index];
    const declared = folder.declared.get(name);
    switch (kind) {
      case "up":
        return this.up(folder);
      case "refresh":
        await this.guarded(folder, () => folder.refresh(this.home));
        return;
      case "up, killed after the POST":
        return this.up(folder, { killed: true });
      case "killed before the POST takes effect":
        if (declared !== undefined && !folder.state.has(name))
          this.underWay.push(this.claimed(folder, name, newGeneration()));
        return;
      case "the POST takes effect after all":
        for (const webhook of this.underWay.splice(0)) this.home.createWebhook(webhook);
        return;
      case "rename": {
        const to = NAMES.find((one) => one !== name) ?? name;
        if (declared === undefined || folder.declared.has(to) || folder.state.has(to)) return;
        folder.rename(name, to);
        return;
      }
      case "retain":
        folder.declared.delete(name);
        return this.up(folder, { retained: [name] });
      case "forget":
        folder.state.delete(name);
        return;
      case "declare":
        if (declared === undefined) this.declare(folder, name);
        return;
      case "take out":
        folder.declared.delete(name);
        return;
      case "change":
        if (declared !== undefined) folder.declared.set(name, { ...declared, title: `changed ${++this.changes}` });
        return;
      case "rotate":
        if (declared !== undefined) folder.declared.set(name, { ...declared, rotation: declared.rotation + 1 });
        return;
      case "--replace":
      case "replacementTrigger":
        return this.up(folder, { replace: { name, how: kind } });
      case "wrong organisation":
        return this.elsewhere(folder);
      case "an own POST takes effect twice": {
        const kept = folder.held().find(({ mark }) => mark === folder.markOf(name));
        const generation = kept?.posted.at(-1);
        if (declared !== undefined && generation !== undefined)
          this.home.createWebhook(this.claimed(folder, name, generation, kept?.rotation));
        return;
      }
      case "delete outside": {
        const id = folder.webhookId(name);
        if (this.home.webhooks().some((webhook) => webhook.id === id)) this.home.removeWebhook(id ?? "");
        return;
      }
      case "edit outside": {
        const id = folder.webhookId(name);
        if (this.home.webhooks().some((webhook) => webhook.id === id))
          this.home.editWebhook(id ?? "", { name: "edited", enabled: false });
        return;
      }
      case "import": {
        // A double of the folder's own is nothing to import: its next run removes it.
        const own = folder.held().flatMap(({ id, posted }) => [id, ...posted]);
        const [found] = this.home.webhooks().filter(({ id, headers }) => {
          const owner = ownerOf(headers);
          return owner !== undefined && !own.includes(id) && !own.includes(owner.generation);
        });
        if (found === undefined || folder.state.has(name)) return;
        await this.guarded(folder, () => folder.import(this.home, name, found.id));
        return;
      }
      case "back up the state":
        folder.backUp();
        return;
      case "restore the state":
        folder.restore();
        return;
      case "clock ahead":
      case "clock behind":
        folder.clockMs = kind === "clock ahead" ? HOUR : -HOUR;
        return;
      case "destroy":
        await this.guarded(folder, () => folder.destroy(this.home));
        return;
    }
  }

  /** `up --refresh` in both folders, undisturbed: then nothing is missing, and whatever is left over was named. */
  async tidy(): Promise<void> {
    const said: string[] = [];
    for (const folder of this.folders) {
      await this.guarded(folder, () => folder.refresh(this.home));
      await this.up(folder);
      said.push(...(await this.guarded(folder, () => folder.refresh(this.home))));
      for (const name of folder.declared.keys())
        expect(this.home.webhooks().map(({ id }) => id)).toContain(folder.webhookId(name));
    }
    for (const folder of this.folders) {
      const ids = [...folder.state.keys()].map((name) => folder.webhookId(name) ?? "");
      // Only where one was imported under one name and taken over under another: whoever has it no more is told.
      for (const id of ids.filter((id, index) => ids.indexOf(id) !== index))
        expect(said.join("\n")).toMatch(new RegExp(`\\(${id}\\) was taken over by another resource`));
    }
    const claims = this.folders.flatMap((folder) => folder.held());
    for (const { id, headers } of this.home.webhooks()) {
      const owner = ownerOf(headers);
      const isSame = claims.some(({ mark }) => owner?.mark === mark);
      if (claims.some((kept) => kept.id === id)) continue;
      if (isSame) expect(said.join("\n")).toContain(id);
      expect(claims.flatMap(({ posted }) => posted)).not.toContain(owner?.generation);
    }
    expect(this.home.webhooks().filter(({ name }) => name === "by hand")).toHaveLength(1);
  }

  private declare(folder: ModelStack, name: string): void {
    folder.declared.set(name, { url: `https://example.com/${name}`, rotation: 0, title: name });
  }

  /** A webhook as a run of this folder posts it. */
  private claimed(folder: ModelStack, name: string, generation: string, rotation?: number): WebhookRecord {
    const { url = "", title = "", ...declared } = folder.declared.get(name) ?? { rotation: 0 };
    const owner = { mark: folder.markOf(name), rotation: rotation ?? declared.rotation, generation };
    return { name: title, url, headers: [ownerHeader(owner)] } as WebhookRecord;
  }

  private async up(folder: ModelStack, options: UpOptions = {}): Promise<void> {
    const before = this.home.webhooks();
    const ids = new Map([...folder.declared.keys()].map((name) => [name, this.expectedIds(folder, name, before)]));
    const former = new Map([...folder.declared.keys()].map((name) => [name, folder.webhookId(name)]));
    const isMissing = [...folder.declared.keys()].some((name) => {
      const id = folder.webhookId(name);
      return id !== undefined && !before.some((webhook) => webhook.id === id);
    });
    try {
      await this.guarded(folder, () => folder.up(this.home, options));
    } catch (error) {
      // Without a refresh an update finds that out, and says what to do; `tidy` does it.
      if (isMissing && String(error).includes("it no longer exists in Kustomer; run `pulumi refresh`")) return;
      throw error;
    }
    if (options.killed) return;
    const replaced = options.replace?.how === "replacementTrigger" ? former.get(options.replace.name) : undefined;
    if (replaced !== undefined) expect(folder.webhookId(options.replace?.name ?? "")).not.toBe(replaced);
    for (const [name, expected] of ids)
      if (options.replace?.name !== name && expected.length > 0) expect(expected).toContain(folder.webhookId(name));
  }

  /** No secret changes unasked: a resource keeps its webhook, and one without takes over what is there. */
  private expectedIds(folder: ModelStack, name: string, all: readonly WebhookRecord[]): (string | undefined)[] {
    const { url, rotation } = folder.declared.get(name) ?? {};
    const entry = folder.state.get(name);
    if (entry !== undefined)
      return entry.outputs.rotation === rotation && all.some(({ id }) => id === entry.outputs.webhookId)
        ? [folder.webhookId(name)]
        : [];
    // An import claims nothing until its first update: whichever of the two is looked at first has it, and the other one is told.
    if (folder.held().some((kept) => kept.generation === "" && kept.mark === folder.markOf(name))) return [];
    const held = folder.held().map(({ id }) => id);
    const posted = folder.held().flatMap((kept) => kept.posted);
    const found = all.filter(({ id, headers, ...webhook }) => {
      const owner = ownerOf(headers);
      return (
        webhook.url === url && owner?.mark === folder.markOf(name) && owner.rotation === rotation && !held.includes(id)
      );
    });
    // What a renamed resource of this state posted late is its to remove, or the newcomer's to take over: whichever comes first.
    if (found.some(({ headers }) => posted.includes(ownerOf(headers)?.generation ?? ""))) return [];
    return found.map(({ id }) => id);
  }

  /** Nothing is deleted that the other folder's state holds by the latest claim, or that is none of ours. */
  private async guarded<T>(folder: ModelStack, work: () => Promise<T>): Promise<T> {
    const before = this.home.webhooks();
    const result = await byClockOf(folder, work);
    const after = new Set(this.home.webhooks().map(({ id }) => id));
    const others = this.folders.filter((one) => one !== folder).flatMap((one) => one.held());
    for (const { id, headers, name } of before.filter((webhook) => !after.has(webhook.id))) {
      const generation = ownerOf(headers)?.generation;
      const holder = others.find((kept) => kept.id === id && kept.generation === generation);
      expect({ deleted: name, generation, holder }).toEqual({
        deleted: name,
        generation: expect.any(String),
        holder: undefined,
      });
    }
    return result;
  }

  private async elsewhere(folder: ModelStack): Promise<void> {
    if (folder.state.size === 0) return;
    const seen = (): unknown => [this.home.webhooks(), this.other.webhooks(), [...folder.state]];
    const before = seen();
    const declared = new Map(folder.declared);
    for (const name of folder.declared.keys()) if (!folder.state.has(name)) folder.declared.delete(name);
    for (const work of [
      () => folder.refresh(this.other),
      () => folder.up(this.other),
      () => folder.destroy(this.other),
    ]) {
      const { message } = await failureOf(work());
      for (const { organisation } of [this.home, this.other]) expect(message).toContain(organisation.id);
    }
    declared.forEach((value, name) => folder.declared.set(name, value));
    expect(seen()).toEqual(before);
  }
}

/** Kustomer's own clock is right. */
async function byClockOf<T>({ clockMs }: ModelStack, work: () => Promise<T>): Promise<T> {
  const { now } = Date;
  const clock = jest.spyOn(Date, "now").mockImplementation(() => now() + clockMs);
  try {
    return await work();
  } finally {
    clock.mockRestore();
  }
}

let home: Sandbox;
let other: Sandbox;
beforeAll(async () => {
  const options = { webhookLimit: false, rateLimit: false } as const;
  [home, other] = [
    await startSandbox({ ...options, organisation: "acme" }),
    await startSandbox({ ...options, organisation: "globex" }),
  ];
});
afterAll(async () => {
  await Promise.all([home.close(), other.close()]);
});

test("whatever happens in two folders of one stack name, no live webhook is harmed, and what is left over is named", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 2, maxLength: 14 }), async (operations) => {
      const world = new World(home, other);
      for (const each of operations) await world.carryOut(each);
      await world.tidy();
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 1_800_000);
