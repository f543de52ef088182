import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { kill } from "../processes";
import { type Ended, Project } from "../project";
import { randomNumbers } from "../random";
import { Estate, PROGRAM } from "./estate";
import { violations } from "./invariants";
import { changed, drifted, failuresOrdered, pick } from "./trouble";

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
  /** Runs that failed while things went wrong, as they may. */
  readonly failedRuns: number;
  /** Runs that failed although nothing went wrong any more, and invariants that did not hold, in words. */
  readonly complaints: readonly string[];
}

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
  const totals = { rounds: 0, drifts: 0, changes: 0, failures: 0, kills: 0, failedRuns: 0 };
  const complaints: string[] = [];
  const started = Date.now();
  try {
    project.write("plan.json", estate.plan());
    await project.up();
    while (totals.rounds < rounds && Date.now() - started < minutes * 60_000) {
      const round = new Round(estate, project, random);
      const story = await round.play();
      totals.rounds += 1;
      for (const name of ["drifts", "changes", "failures", "kills", "failedRuns"] as const) totals[name] += round[name];
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
  failedRuns = 0;
  readonly complaints: string[] = [];
  private printed = "";

  constructor(
    private readonly estate: Estate,
    private readonly project: Project,
    private readonly random: () => number,
  ) {}

  async play(): Promise<string> {
    // All dice first: what is thrown does not depend on how long something takes.
    const drift = drifted(this.estate, this.random);
    const changes = changed(this.estate, this.random);
    const failures = failuresOrdered(this.estate, this.random);
    const refreshes = this.random() < 0.5;
    const killed = this.random() < 0.3 ? pick(["cli", "provider"] as const, this.random) : undefined;
    const killAfterMs = 500 + this.random() * 8000;
    this.project.write("plan.json", this.estate.plan());

    if (refreshes) await this.tolerate("refresh", "--yes");
    if (killed !== undefined) await this.killUp(killed, killAfterMs);
    else await this.tolerate("up", "--yes", "--skip-preview");
    await this.mend(killed);
    this.complaints.push(...(await violations(this.estate, this.project, this.printed)));

    this.drifts = drift.length;
    this.changes = changes.length;
    this.failures = failures.length;
    const troubles = [...drift, ...changes, ...failures, ...(killed === undefined ? [] : [`${killed} killed`])];
    return `${troubles.join(", ") || "nothing happened"}${refreshes ? "; refreshed first" : ""}`;
  }

  /** As a person would, once nothing goes wrong any more. */
  private async mend(killed: "cli" | "provider" | undefined): Promise<void> {
    for (const sandbox of this.estate.orgs) sandbox.clearFaults();
    if (killed === "cli") await this.mustWork("cancel", "--yes");
    if (killed !== undefined) await this.quiet();
    await this.mustWork("up", "--yes", "--skip-preview", "--refresh");
    // Former API keys are revoked by the first up after their overlap, which is none here.
    if (this.estate.formerKeys() > 0) await this.mustWork("up", "--yes", "--skip-preview");
    if ((await this.project.deployment()).pending > 0)
      await this.mustWork("refresh", "--yes", "--clear-pending-creates");
    await this.mustWork("preview", "--refresh", "--expect-no-changes");
  }

  private async killUp(victim: "cli" | "provider", afterMs: number): Promise<void> {
    const run = this.project.start("up", "--yes", "--skip-preview");
    await Promise.race([run.ended, sleep(afterMs)]);
    if (victim === "cli") kill(run.id);
    else for (const { id, command } of this.project.processes()) if (command.includes("dynamic-provider")) kill(id);
    this.note(await run.ended);
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
    const tail = output.trim().split("\n").slice(-30).join("\n    ");
    this.complaints.push(`pulumi ${args.join(" ")} ended with ${status}:\n    ${tail}`);
  }

  private note(ended: Ended): Ended {
    this.printed += ended.output;
    return ended;
  }
}
