import { isDeepStrictEqual } from "node:util";
import type { Ended, Project } from "../project";
import type { DeclaredRelay, Estate } from "./estate";
import { pick } from "./trouble";

/** What happened in a round, and what has to be heeded for the rest of it. */
export interface Happened {
  readonly words: readonly string[];
  /** The next `up` is run with these. */
  readonly flags: readonly string[];
  /** To these nothing else happens. */
  readonly relays: ReadonlySet<DeclaredRelay>;
  readonly complaints: readonly string[];
}

const RENAMED = "stack renamed";
export const ELSEWHERE = "wrong organisation";

/** What people do to the stack itself, by mistake or for reasons of their own: nothing live may be harmed by it. */
export class Mishaps {
  private readonly flags: string[] = [];
  private readonly relays = new Set<DeclaredRelay>();
  private readonly complaints: string[] = [];

  constructor(
    private readonly estate: Estate,
    private readonly project: Project,
    private readonly random: () => number,
    private readonly note: (ended: Ended) => Ended,
  ) {}

  async happen(): Promise<Happened> {
    const relay = pick(this.estate.relays, this.random);
    const forgotten = `${relay.name} webhook forgotten`;
    const all: Readonly<Record<string, () => Promise<void>>> = {
      [RENAMED]: () => this.renameStack(),
      [forgotten]: () => this.forget(relay),
      [`${relay.name} webhook to be replaced`]: () => this.replace(relay),
      [ELSEWHERE]: () => this.runElsewhere(),
    };
    const words: string[] = [];
    for (const [name, mishap] of Object.entries(all)) {
      if (this.random() >= 0.25) continue;
      // Only the mark tells whose a forgotten webhook is, and a new name is not written to it yet. What the state does not have
      // may be new, too, and would be made in another organisation.
      if (name === forgotten && words.includes(RENAMED)) continue;
      if (name === ELSEWHERE && (this.relays.size > 0 || this.estate.orgs.length < 2)) continue;
      const before = this.live();
      await mishap();
      if (!isDeepStrictEqual(this.live(), before)) this.complaints.push(`${name}: something live was changed`);
      words.push(name);
    }
    return { words, flags: this.flags, relays: this.relays, complaints: this.complaints };
  }

  private live(): unknown {
    return this.estate.orgs.map((sandbox) => [
      sandbox.webhooks(),
      sandbox.keys().map(({ id, roles, owner }) => ({ id, roles, owner })),
      (["accounts", "resources", "hubs", "routing-flows"] as const).map((kind) => sandbox.airkitObjects(kind)),
    ]);
  }

  /** Every object gets another mark. */
  private async renameStack(): Promise<void> {
    await this.must("stack", "rename", `dev-${Math.floor(this.random() * 1e6)}`);
  }

  /** Out of the state, with what depends on it, and still declared. */
  private async forget(relay: DeclaredRelay): Promise<void> {
    this.relays.add(relay);
    await this.must("state", "delete", await this.urnOf(relay), "--target-dependents", "--yes");
  }

  private async replace(relay: DeclaredRelay): Promise<void> {
    if (this.relays.has(relay)) return;
    this.flags.push("--replace", await this.urnOf(relay));
  }

  /** The settings of each organisation lead to the next one. */
  private async runElsewhere(): Promise<void> {
    this.project.write("plan.json", this.estate.plan(1));
    for (const args of [
      ["up", "--yes", "--skip-preview"],
      ["up", "--yes", "--skip-preview", "--refresh"],
    ])
      if (this.note(await this.project.pulumi(...args)).status === 0)
        this.complaints.push(`pulumi ${args.join(" ")} in the wrong organisation did not fail`);
  }

  private async urnOf(relay: DeclaredRelay): Promise<string> {
    const { resources } = await this.project.deployment();
    const found = resources.find(({ urn }) => urn.endsWith(`kustomer:OutboundWebhook::${relay.name}-webhook`));
    if (found === undefined) throw new Error(`${relay.name} has no webhook in the state`);
    return found.urn;
  }

  private async must(...args: string[]): Promise<void> {
    const ended = this.note(await this.project.pulumi(...args));
    if (ended.status !== 0)
      this.complaints.push(`pulumi ${args.join(" ")} ended with ${ended.status}:\n    ${ended.output}`);
  }
}
