import { messageOf } from "../../providers/lifecycle/errors";
import { redactQuoted } from "../../providers/lifecycle/secrets";
import type { Admin } from "../../receiver/admin";
import { type Result, examine } from "../doctor/examine";
import { subjectsOf } from "../doctor/gather";
import { StackSubject, type Where } from "../doctor/kinds/stack";
import { Webhook } from "../doctor/kinds/outbound-webhook";
import { type Report, reportOn } from "../doctor/report";
import type { State } from "../doctor/state";
import { StackSetup } from "../setup/set-up";
import { type HostedReceiver, receiversIn } from "../stack-outputs";
import { withHostedReceivers } from "../with-stack";
import { CliRun } from "./cli-run";
import type { Live } from "./live";
import { OVERVIEW_CHECKS, attemptsOf, picturesOf } from "./pictures";
import { CHECK_MS, Source } from "./source";
import type { RunView, SourceView } from "./views";

/** For so long what the doctor found of endpoints counts as known. */
const STILL_SO_MS = 10 * 60_000;

/** A Pulumi stack. */
export class StackSource extends Source {
  readonly setup: StackSetup;
  private readonly where: Where;
  private readonly run: CliRun;
  private receivers: readonly HostedReceiver[] = [];

  constructor(
    stack: string | undefined,
    cwd: string,
    /** The store of a receiver on this machine, if its relays have one. */
    private readonly store: string | undefined,
    private readonly updates: Live,
  ) {
    super(`stack ${stack ?? ""}`, "stack", stack ?? "the selected stack", updates);
    this.where = { cwd, stack, timeoutMs: CHECK_MS };
    this.setup = new StackSetup(this.where);
    this.run = new CliRun(this.id, { cwd, stack }, updates, () => void this.refresh());
  }

  withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    return withHostedReceivers(this.receivers, work);
  }

  get isRunning(): boolean {
    return this.run.isRunning;
  }

  start(what: RunView["what"]): void {
    this.run.start(what);
  }

  cancel(): void {
    this.run.cancel();
  }

  /** Ends what runs, as Ctrl-C would. */
  close(): Promise<void> {
    return this.run.close();
  }

  protected async ask(): Promise<Partial<SourceView>> {
    const { store } = this;
    const subjects = await subjectsOf({ ...this.where, store });
    const stack = subjects.find((subject) => subject instanceof StackSubject) ?? new StackSubject(this.where);
    const [state, config] = await Promise.all([stack.state(), stack.config()]);
    this.updates.tell("setup", this.id, { source: this.id, setup: this.setup.lookAt(state, config) });
    this.receivers = receiversIn(rootOutputs(state));
    const wants = (check: string): boolean => OVERVIEW_CHECKS.includes(check);
    const [results, attempts, status] = await Promise.all([
      examine(subjects, { timeoutMs: CHECK_MS, wants }),
      attemptsOf(subjects.filter((subject) => subject instanceof Webhook)),
      this.statusOfReceivers(),
    ]);
    const { report } = this.view;
    const endpoints = report !== undefined && Date.now() - report.at < STILL_SO_MS ? report.results : [];
    const pictures = picturesOf({
      state,
      results,
      endpoints,
      attempts,
      hasStore: store !== undefined,
      now: Date.now(),
    });
    return { pictures, ...status, hasReceiver: this.receivers.length > 0 };
  }

  private async statusOfReceivers(): Promise<Pick<SourceView, "status" | "statusTrouble">> {
    if (this.receivers.length === 0) return { status: undefined, statusTrouble: undefined };
    return this.withAdmin((admin) => admin.status()).then(
      (status) => ({ status, statusTrouble: undefined }),
      (error: unknown) => ({ status: undefined, statusTrouble: redactQuoted(messageOf(error)) }),
    );
  }

  protected diagnose(fix: (result: Result) => boolean): Promise<Report> {
    return reportOn({ ...this.where, store: this.store, wants: () => true }, fix);
  }
}

/** The stack's outputs, as its state has them. */
function rootOutputs({ resources }: State): Readonly<Record<string, unknown>> {
  return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}
