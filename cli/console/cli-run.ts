import { redactQuoted } from "../../providers/lifecycle/secrets";
import type { PulumiPlace } from "../pulumi";
import { Pulumi } from "../pulumi";
import type { Started } from "../start-program";
import { PageError } from "./answers";
import type { Live } from "./live";
import type { RunView } from "./views";

const ARGUMENTS = { preview: ["preview"], up: ["up", "--yes", "--skip-preview"] } as const;
/** What is kept of a run that prints very much: its end. */
const KEPT_CHARACTERS = 200_000;
/** How long a run that was asked to stop may take; its state is written by then. */
const STOPPING_MS = 60_000;

/** `pulumi preview` and `pulumi up` of one stack: one at a time, shown as they print, and stopped as Ctrl-C would. */
export class CliRun {
  private started: Started | undefined;
  private view: RunView | undefined;
  private isCancelled = false;

  constructor(
    private readonly source: string,
    private readonly place: PulumiPlace,
    private readonly live: Live,
    private readonly ended: () => void,
  ) {}

  get isRunning(): boolean {
    return this.started !== undefined;
  }

  start(what: RunView["what"]): void {
    if (this.started !== undefined) throw new PageError(409, `pulumi ${this.view?.what ?? ""} is still running.`);
    this.isCancelled = false;
    this.show({ source: this.source, what, state: "running", text: "" });
    this.started = new Pulumi(this.place).start(ARGUMENTS[what], {
      apart: true,
      outliving: true,
      onText: (text) => {
        this.append(redactQuoted(text));
      },
    });
    void this.started.ended.then(
      ({ status, signal }) => {
        if (signal !== null && !this.isCancelled) this.append(`\nThe Pulumi CLI was ended by ${signal}.\n`);
        this.end(this.isCancelled ? "cancelled" : status === 0 ? "done" : "failed");
      },
      (error: unknown) => {
        this.append(`${error instanceof Error ? error.message : String(error)}\n`);
        this.end("failed");
      },
    );
  }

  /** As Ctrl-C: the CLI ends what it has begun, and writes the state down. */
  cancel(): void {
    if (this.started === undefined) throw new PageError(409, "nothing is running.");
    this.isCancelled = true;
    this.started.kill("SIGINT");
  }

  /** Before the console ends: nothing of it goes on, and no state is left half written. */
  async close(): Promise<void> {
    const { started } = this;
    if (started === undefined) return;
    this.cancel();
    const late = setTimeout(() => {
      started.kill("SIGKILL");
    }, STOPPING_MS);
    await started.ended.catch(() => undefined);
    clearTimeout(late);
  }

  private end(state: RunView["state"]): void {
    this.started = undefined;
    if (this.view !== undefined) this.show({ ...this.view, state, endedAt: Date.now() });
    this.ended();
  }

  private show(view: RunView): void {
    this.view = view;
    this.live.tell("run", this.source, view);
  }

  private append(text: string): void {
    if (this.view === undefined) return;
    this.view = { ...this.view, text: (this.view.text + text).slice(-KEPT_CHARACTERS) };
    this.live.add("run-text", { source: this.source, text }, { event: "run", key: this.source, data: this.view });
  }
}
