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
export type Victim = "cli" | "provider";

export interface Figures {
  readonly kind: Victim;
  readonly rounds: number;
  /** Rounds in which the kill came while webhooks were being created. */
  readonly hits: number;
  /** Webhooks too many after the recovery. */
  readonly doubles: number;
  /** Webhooks of the state that Kustomer does not have, or not so. */
  readonly lost: number;
  /** Rounds after which the state still held a pending operation that the printed command did not clear. */
  readonly pendingLeft: number;
  /** Rounds in which that command was needed at all. */
  readonly pendingCleared: number;
  /** What went wrong otherwise, in words. */
  readonly complaints: readonly string[];
}

export interface KillOptions {
  readonly kind: Victim;
  readonly rounds: number;
  readonly seed?: number;
  readonly report?: (line: string) => void;
}

const NAMES = ["one", "two", "three"];
/** What the provider prints, and the documentation names, for what a killed CLI leaves in the state. */
const CLEAR_PENDING = ["refresh", "--yes", "--clear-pending-creates"];

const PROGRAM = `const { KustomerOutboundWebhook } = require("pulumi-kustomer-relay");
for (const [index, name] of ${JSON.stringify(NAMES)}.entries())
  new KustomerOutboundWebhook(name, { url: "https://example.com/" + name, watchSeconds: index === 2 ? 1 : 0 });
`;

export async function killRounds({ kind, rounds, seed = randomInt(2 ** 31), report }: KillOptions): Promise<Figures> {
  const random = randomNumbers(seed);
  report?.(`${rounds} rounds, SIGKILL of the ${kind}, seed ${seed}`);
  const totals = { hits: 0, doubles: 0, lost: 0, pendingLeft: 0, pendingCleared: 0 };
  const complaints: string[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    const sandbox = await startSandbox();
    const env = { KUSTOMER_BASE_URL: sandbox.url, KUSTOMER_API_KEY: sandbox.managementKey };
    const round = new Round(await Project.create({ name: "kill-round", program: PROGRAM, env }), sandbox, kind, random);
    try {
      const outcome = await round.play();
      for (const name of ["hits", "doubles", "lost", "pendingLeft", "pendingCleared"] as const)
        totals[name] += outcome[name];
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

  constructor(
    private readonly project: Project,
    private readonly sandbox: Sandbox,
    private readonly kind: Victim,
    private readonly random: () => number,
  ) {}

  async play() {
    const { hit, stillOn, story } = await this.killUp();

    if (this.kind === "cli") await this.must("cancel", "--yes");
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
    const preview = await this.project.pulumi("preview", "--expect-no-changes");
    if (preview.status !== 0) this.complain("preview shows changes", preview.output);
    await this.must("destroy", "--yes", "--skip-preview");
    if (doubles === 0 && this.sandbox.webhooks().length > 0) this.complain("destroy left webhooks behind");
    return {
      hits: hit ? 1 : 0,
      doubles,
      lost,
      pendingLeft: pendingLeft > 0 ? 1 : 0,
      pendingCleared: found.pending > 0 ? 1 : 0,
      complaints: this.complaints,
      story: `${story}, ${stillOn} orphans, ${found.pending} pending; ${there.length} webhooks, ${doubles} doubles, ${lost} lost`,
    };
  }

  async end(): Promise<void> {
    await this.project.remove();
    await this.sandbox.close();
  }

  /** `pulumi up`, with answers slow enough for the moment to matter, and the kill some time after the first request. */
  private async killUp() {
    for (let index = 0; index < 60; index += 1)
      this.sandbox.fault({ on: { path: /^\/v1\// }, kind: "slow", ms: 20 + this.random() * 380 });
    const afterMs = Math.floor(this.random() * 2000);
    const run = this.project.start("up", "--yes", "--skip-preview");
    const ended = run.ended.then(() => true);
    while (this.sandbox.requests.length === 0 && !(await Promise.race([ended, sleep(5, false)])));
    const over = await Promise.race([ended, sleep(afterMs, false)]);
    const made = this.sandbox.requests.length;
    if (this.kind === "cli") kill(run.id);
    else for (const { id, command } of this.project.processes()) if (command.includes("dynamic-provider")) kill(id);
    await run.ended;
    const stillOn = this.project.processes().length;
    // Some people do not get on before they have ended what was left; and the network is not slow for ever.
    if (this.random() < 0.3) for (const process of this.project.processes()) kill(process.id);
    if (this.random() < 0.5) this.sandbox.clearFaults();
    return {
      hit: !over,
      stillOn,
      story: over ? "was over already" : `killed ${afterMs} ms after the first of ${made} requests`,
    };
  }

  /** Waits until nothing has been asked of the sandbox for a while: what the killed run left is at its end. */
  private async quiet(): Promise<void> {
    for (let seen = -1; seen !== this.sandbox.requests.length;) {
      seen = this.sandbox.requests.length;
      await sleep(1200);
    }
  }

  private async deployment(): Promise<{ ids: string[]; pending: number }> {
    const { resources, pending } = await this.project.deployment();
    const own = resources.filter(({ type }) => type === "pulumi-nodejs:kustomer:OutboundWebhook");
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
