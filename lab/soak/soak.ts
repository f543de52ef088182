import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { kill } from "../processes";
import { type Ended, Project } from "../project";
import { randomNumbers } from "../random";
import { Estate, PROGRAM } from "./estate";
import { violations } from "./invariants";
import { ELSEWHERE, Mishaps } from "./mishaps";
import { LATE_MS, changed, drifted, failuresOrdered, pick } from "./trouble";

export interface SoakOptions {
  readonly minutes: number;
  /** No more than these, whatever time is left. */
  readonly rounds?: number;
  readonly relays: number;
  readonly seed?: number;
  readonly report?: (line: string) => void;
}

export interface SoakFigures {
  readonly seed: number;
  readonly relays: number;
  readonly organisations: number;
  readonly minutes: number;
  readonly rounds: number;
  readonly drifts: number;
  readonly changes: number;
  readonly failures: number;
  readonly kills: number;
  /** What people did to the stack itself. */
  readonly mishaps: number;
  /** Webhooks that no state knows, and that were named. */
  readonly leftovers: number;
  /** Runs that failed while things went wrong, as they may. */
  readonly failedRuns: number;
  /** Runs that failed although nothing went wrong any more, and invariants that did not hold, in words. */
  readonly complaints: readonly string[];
}

const COUNTED = ["drifts", "changes", "failures", "kills", "mishaps", "leftovers", "failedRuns"] as const;
/** Which processes are killed, one kill after the other. */
const KILLS = [["cli"], ["provider"], ["cli", "provider"], ["provider", "cli"]] as const;

/** One life of the estate: disturbed, changed and interrupted round after round, and looked at after each. */
export async function soak({
  minutes,
  rounds = Infinity,
  relays,
  seed = randomInt(2 ** 31),
  report = () => undefined,
}: SoakOptions): Promise<SoakFigures> {
  report(`${relays} relays for ${minutes} minutes, seed ${seed}`);
  const project = await Project.create({ name: "soak", program: PROGRAM, env: {} });
  const estate = await Estate.of(relays, project.directory);
  const random = randomNumbers(seed);
  const totals = { rounds: 0, drifts: 0, changes: 0, failures: 0, kills: 0, mishaps: 0, leftovers: 0, failedRuns: 0 };
  const complaints: string[] = [];
  const started = Date.now();
  try {
    project.write("plan.json", estate.plan());
    await project.up();
    while (totals.rounds < rounds && Date.now() - started < minutes * 60_000) {
      const round = new Round(estate, project, random);
      const story = await round.play();
      totals.rounds += 1;
      for (const name of COUNTED) totals[name] += round[name];
      report(`round ${totals.rounds}: ${story}`);
      for (const words of round.complaints) report(`  ${words}`);
      complaints.push(...round.complaints.map((words) => `round ${totals.rounds}: ${words}`));
      // What follows from a broken invariant tells nothing new.
      if (complaints.length > 0) break;
    }
    const minutesTaken = Math.round((Date.now() - started) / 6000) / 10;
    return { seed, relays, organisations: estate.orgs.length, minutes: minutesTaken, ...totals, complaints };
  } finally {
    await project.remove();
    await estate.close();
  }
}

class Round {
  drifts = 0;
  changes = 0;
  failures = 0;
  kills = 0;
  mishaps = 0;
  leftovers = 0;
  failedRuns = 0;
  readonly complaints: string[] = [];
  private printed = "";

  constructor(
    private readonly estate: Estate,
    private readonly project: Project,
    private readonly random: () => number,
  ) {}

  async play(): Promise<string> {
    const mishaps = await new Mishaps(this.estate, this.project, this.random, (ended) => this.note(ended)).happen();
    this.complaints.push(...mishaps.complaints);
    // All dice first: what is thrown does not depend on how long something takes.
    const drift = drifted(this.estate, this.random, mishaps.relays);
    const changes = changed(this.estate, this.random, mishaps.relays);
    const failures = failuresOrdered(this.estate, this.random);
    const refreshes = this.random() < 0.5;
    const killed = this.random() < 0.3 ? pick(KILLS, this.random) : [];
    const killAfterMs = 500 + this.random() * 8000;
    this.project.write("plan.json", this.estate.plan());

    if (refreshes) await this.tolerate("refresh", "--yes");
    for (const victim of killed) await this.killUp(victim, killAfterMs);
    if (killed.length === 0) await this.tolerate("up", "--yes", "--skip-preview", ...mishaps.flags);
    await this.mend({
      isKilled: killed.length > 0,
      isLate: failures.some((words) => words.startsWith("late")),
      wasElsewhere: mishaps.words.includes(ELSEWHERE),
    });
    this.complaints.push(...(await violations(this.estate, this.project, this.printed)));

    this.drifts = drift.length;
    this.changes = changes.length;
    this.failures = failures.length;
    this.mishaps = mishaps.words.length;
    const kills = killed.length > 0 ? [`${killed.join(" and then ")} killed`] : [];
    const troubles = [...mishaps.words, ...drift, ...changes, ...failures, ...kills];
    return `${troubles.join(", ") || "nothing happened"}${refreshes ? "; refreshed first" : ""}${this.leftovers > 0 ? `; ${this.leftovers} left and named` : ""}`;
  }

  /** As a person would, once nothing goes wrong any more. */
  private async mend({ isKilled, isLate, wasElsewhere }: Record<"isKilled" | "isLate" | "wasElsewhere", boolean>) {
    for (const sandbox of this.estate.orgs) sandbox.clearFaults();
    if (isKilled) await this.quiet();
    if (isLate) await sleep(LATE_MS);
    // A refresh would still have the settings of the run in the wrong organisation.
    if (wasElsewhere) this.note(await this.project.pulumi("up", "--yes", "--skip-preview"));
    await this.mustWork("up", "--yes", "--skip-preview", "--refresh");
    // Former API keys are revoked by the first up after their overlap, which is none here.
    if (this.estate.formerKeys() > 0) await this.mustWork("up", "--yes", "--skip-preview");
    if ((await this.project.deployment()).pending > 0)
      await this.mustWork("refresh", "--yes", "--clear-pending-creates");
    await this.removeLeftovers();
    await this.mustWork("preview", "--refresh", "--expect-no-changes");
  }

  /** What a killed run, or one that failed, posted late is nobody's: it is named, and a person removes it. */
  private async removeLeftovers(): Promise<void> {
    const { resources } = await this.project.deployment();
    const held = new Set(resources.map(({ outputs }) => outputs?.webhookId));
    for (const sandbox of this.estate.orgs)
      for (const { id } of sandbox.webhooks().filter((webhook) => !held.has(webhook.id))) {
        if (!this.printed.includes(`(${id})`)) this.complaints.push(`webhook ${id} is in no state, and was not named`);
        sandbox.removeWebhook(id);
        this.leftovers += 1;
      }
  }

  private async killUp(victim: "cli" | "provider", afterMs: number): Promise<void> {
    const run = this.project.start("up", "--yes", "--skip-preview");
    await Promise.race([run.ended, sleep(afterMs)]);
    if (victim === "cli") kill(run.id);
    else for (const { id, command } of this.project.processes()) if (command.includes("dynamic-provider")) kill(id);
    this.note(await run.ended);
    if (victim === "cli") await this.mustWork("cancel", "--yes");
    this.kills += 1;
  }

  /** Until what a killed run left behind is at its end: it goes on asking for a while. */
  private async quiet(): Promise<void> {
    const asked = (): number => this.estate.orgs.reduce((sum, { requests }) => sum + requests.length, 0);
    for (let seen = -1; seen !== asked();) {
      seen = asked();
      await sleep(3000);
    }
    for (const { id } of this.project.processes()) kill(id);
  }

  private async tolerate(...args: string[]): Promise<void> {
    if (this.note(await this.project.pulumi(...args)).status !== 0) this.failedRuns += 1;
  }

  private async mustWork(...args: string[]): Promise<void> {
    const { status, output } = this.note(await this.project.pulumi(...args));
    if (status === 0) return;
    const lines = output.trim().split("\n");
    const told = lines.filter((line) => /error|warning/.test(line));
    this.complaints.push(
      `pulumi ${args.join(" ")} ended with ${status}:\n    ${(told.length > 0 ? told : lines).slice(-30).join("\n    ")}`,
    );
  }

  private note(ended: Ended): Ended {
    this.printed += ended.output;
    return ended;
  }
}
