import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../sandbox";
import { kill } from "../processes";
import { type Ended, Project } from "../project";
import { randomNumbers } from "../random";

/**
 * Kills the CLI, or the provider process, with SIGKILL at a random moment while it creates webhooks, recovers as a person
 * would, and counts what went wrong. Nothing may: one webhook per resource, known to the state.
 */
export const KINDS = ["cli", "provider", "both", "twice", "rotation"] as const;
/** What is killed: one of the two, both at once, either of them twice in a row, or either of them while webhooks are rotated. */
export type Kind = (typeof KINDS)[number];

/** What each kind counts. */
const COUNTED = ["hits", "doubles", "lost", "harmed", "pendingLeft", "pendingCleared"] as const;

export interface Figures extends Readonly<Record<(typeof COUNTED)[number], number>> {
  readonly kind: Kind;
  readonly rounds: number;
  /** Kills that came while webhooks were being made. */
  readonly hits: number;
  /** Webhooks too many after the recovery. */
  readonly doubles: number;
  /** Webhooks of the state that Kustomer does not have, or not so. */
  readonly lost: number;
  /** Webhooks that a state held after a kill, and that are gone or have another secret after the recovery. */
  readonly harmed: number;
  /** Rounds after which the state still held a pending operation that the printed command did not clear. */
  readonly pendingLeft: number;
  /** Rounds in which that command was needed at all. */
  readonly pendingCleared: number;
  /** What went wrong otherwise, in words. */
  readonly complaints: readonly string[];
}

export interface KillOptions {
  readonly kind: Kind;
  readonly rounds: number;
  readonly seed?: number;
  readonly report?: (line: string) => void;
}

const NAMES = ["one", "two", "three"];
/** A rotation needs a place beside each, and what a killed run leaves takes another. */
const PLACES = 20;
/** What the provider prints, and the documentation names, for what a killed CLI leaves in the state. */
const CLEAR_PENDING = ["refresh", "--yes", "--clear-pending-creates"];

const program = (rotation: number): string => `const { KustomerOutboundWebhook } = require("pulumi-kustomer-relay");
for (const [index, name] of ${JSON.stringify(NAMES)}.entries())
  new KustomerOutboundWebhook(name, { url: "https://example.com/" + name, watchSeconds: index === 2 ? 1 : 0, rotation: ${rotation} });
`;

export async function killRounds({ kind, rounds, seed = randomInt(2 ** 31), report }: KillOptions): Promise<Figures> {
  const random = randomNumbers(seed);
  report?.(`${rounds} rounds, SIGKILL of the ${kind}, seed ${seed}`);
  const totals = { hits: 0, doubles: 0, lost: 0, harmed: 0, pendingLeft: 0, pendingCleared: 0 };
  const complaints: string[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    const sandbox = await startSandbox({ webhookLimit: PLACES });
    const env = {
      KUSTOMER_BASE_URL: sandbox.url,
      KUSTOMER_API_KEY: sandbox.managementKey,
      KUSTOMER_WEBHOOK_LIMIT: String(PLACES),
    };
    const project = await Project.create({ name: "kill-round", program: program(0), env });
    const round = new Round(project, sandbox, kind, random);
    try {
      const outcome = await round.play();
      for (const name of COUNTED) totals[name] += outcome[name];
      complaints.push(...outcome.complaints.map((words) => `round ${number}: ${words}`));
      report?.(`round ${number}: ${outcome.story}`);
      for (const words of outcome.complaints) report?.(`  ${words}`);
    } finally {
      await round.end();
    }
  }
  return { kind, rounds, ...totals, complaints };
}

class Round {
  private readonly complaints: string[] = [];
  /** What a state held after a kill, id and signing secret. */
  private readonly held = new Map<string, string>();
  private readonly story: string[] = [];
  private hits = 0;
  private rotation = 0;

  constructor(
    private readonly project: Project,
    private readonly sandbox: Sandbox,
    private readonly kind: Kind,
    private readonly random: () => number,
  ) {}

  async play() {
    if (this.kind === "rotation") await this.beginRotation();
    for (let kills = this.kind === "twice" ? 2 : 1; kills > 0; kills -= 1) await this.killUp();

    // A person does not wait for what the killed run left behind to come to its end.
    const up = await this.project.pulumi("up", "--yes", "--skip-preview");
    if (up.status !== 0) {
      this.complain("up after the kill failed, tried once more", up.output);
      await this.must("up", "--yes", "--skip-preview");
    }
    await this.quiet();
    const found = await this.deployment();
    if (found.pending > 0) await this.must(...CLEAR_PENDING);
    const { ids, pending: pendingLeft } = found.pending > 0 ? await this.deployment() : found;
    const there = this.sandbox.webhooks();
    const lost = NAMES.length - ids.filter((id) => there.some((webhook) => webhook.id === id)).length;
    const doubles = there.filter(({ id }) => !ids.includes(id)).length;
    const harmed = [...this.held].filter(([id, token]) => !there.some((one) => one.id === id && one.token === token));
    const preview = await this.project.pulumi("preview", "--expect-no-changes");
    if (preview.status !== 0) this.complain("preview shows changes", preview.output);
    await this.must("destroy", "--yes", "--skip-preview");
    if (doubles === 0 && this.sandbox.webhooks().length > 0) this.complain("destroy left webhooks behind");
    return {
      hits: this.hits,
      doubles,
      lost,
      harmed: harmed.length,
      pendingLeft: pendingLeft > 0 ? 1 : 0,
      pendingCleared: found.pending > 0 ? 1 : 0,
      complaints: this.complaints,
      story: `${this.story.join("; ")}; ${found.pending} pending, ${there.length} webhooks, ${doubles} doubles, ${lost} lost, ${harmed.length} harmed`,
    };
  }

  async end(): Promise<void> {
    await this.project.remove();
    await this.sandbox.close();
  }

  private async beginRotation(): Promise<void> {
    await this.must("up", "--yes", "--skip-preview");
    this.rotation = 1;
    this.project.write("index.js", program(this.rotation));
  }

  /** `pulumi up`, with answers slow enough for the moment to matter, and the kill some time after the first request. */
  private async killUp(): Promise<void> {
    for (let index = 0; index < 60; index += 1)
      this.sandbox.fault({ on: { path: /^\/v1\// }, kind: "slow", ms: 20 + this.random() * 380 });
    const afterMs = Math.floor(this.random() * 2000);
    const [killsCli, killsProvider] = this.victims();
    const before = this.sandbox.requests.length;
    const run = this.project.start("up", "--yes", "--skip-preview");
    const ended = run.ended.then(() => true);
    while (this.sandbox.requests.length === before && !(await Promise.race([ended, sleep(5, false)])));
    const over = await Promise.race([ended, sleep(afterMs, false)]);
    const asked = this.sandbox.requests.length - before;
    const providers = this.project.processes().filter(({ command }) => command.includes("dynamic-provider"));
    if (killsCli) kill(run.id);
    if (killsProvider) for (const { id } of providers) kill(id);
    await run.ended;
    const orphans = this.project.processes();
    // Some people do not get on before they have ended what was left; and the network is not slow for ever.
    if (this.random() < 0.3) for (const process of orphans) kill(process.id);
    if (this.random() < 0.5) this.sandbox.clearFaults();
    if (!over) this.hits += 1;
    const victims = [...(killsCli ? ["cli"] : []), ...(killsProvider ? ["provider"] : [])].join(" and ");
    this.story.push(
      `${over ? "was over already" : `${victims} killed ${afterMs} ms after the first of ${asked} requests`}, ${orphans.length} orphans`,
    );
    if (killsCli) await this.must("cancel", "--yes");
    await this.noteHeld();
  }

  /** Whether the CLI is killed, and whether the provider is. */
  private victims(): readonly [boolean, boolean] {
    if (this.kind === "both") return [true, true];
    const cli = this.kind === "twice" || this.kind === "rotation" ? this.random() < 0.5 : this.kind === "cli";
    return [cli, !cli];
  }

  /** What the state holds now has to be there, as it is, at the end; but not what is being rotated. */
  private async noteHeld(): Promise<void> {
    const { ids } = await this.deployment(this.rotation);
    for (const { id, token } of this.sandbox.webhooks()) if (ids.includes(id)) this.held.set(id, token);
  }

  /** Waits until nothing has been asked of the sandbox for a while: what the killed run left is at its end. */
  private async quiet(): Promise<void> {
    for (let seen = -1; seen !== this.sandbox.requests.length;) {
      seen = this.sandbox.requests.length;
      await sleep(1200);
    }
  }

  private async deployment(rotation?: number): Promise<{ ids: string[]; pending: number }> {
    const { resources, pending } = await this.project.deployment();
    const own = resources.filter(
      ({ type, outputs }) =>
        type === "pulumi-nodejs:kustomer:OutboundWebhook" && (rotation === undefined || outputs?.rotation === rotation),
    );
    return { ids: own.map(({ id }) => id ?? ""), pending };
  }

  private async must(...args: string[]): Promise<Ended> {
    const ended = await this.project.pulumi(...args);
    if (ended.status !== 0) this.complain(`pulumi ${args.join(" ")} failed`, ended.output);
    return ended;
  }

  private complain(what: string, output = ""): void {
    const tail = output.trim().split("\n").slice(-25).join("\n    ");
    this.complaints.push(tail === "" ? what : `${what}:\n    ${tail}`);
  }
}
