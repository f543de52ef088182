import { messageOf } from "../../providers/lifecycle/errors";
import { redactQuoted } from "../../providers/lifecycle/secrets";
import type { Admin } from "../../receiver/admin";
import type { Result } from "../doctor/examine";
import type { Report } from "../doctor/report";
import type { Live } from "./live";
import { greyed } from "./pictures";
import type { SourceView } from "./views";

/** How long one check may take. */
export const CHECK_MS = 20_000;

/** A stack, or a store: what the page shows of it, and who is asked. Each is asked by itself, so a slow one keeps no other waiting. */
export abstract class Source {
  protected view: SourceView;
  private asking: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(
    id: string,
    kind: SourceView["kind"],
    readonly name: string,
    private readonly live: Live,
  ) {
    this.view = { id, kind, name, pictures: [], hasReceiver: kind === "store" };
  }

  get id(): string {
    return this.view.id;
  }

  /** Does something with its receivers. */
  abstract withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T>;

  /** Asks all that the overview shows; what cannot be asked throws. */
  protected abstract ask(): Promise<Partial<SourceView>>;

  protected abstract diagnose(fix: (result: Result) => boolean): Promise<Report>;

  /** Told before it has been asked, too. */
  announce(): void {
    this.tell({});
  }

  /** One at a time; all who ask meanwhile share a look that begins after it. */
  async refresh(): Promise<void> {
    if (this.asking === undefined) {
      this.asking = this.askNow().finally(() => {
        this.asking = undefined;
      });
      return this.asking;
    }
    this.next ??= this.asking.then(() => {
      this.next = undefined;
      return this.refresh();
    });
    return this.next;
  }

  /** What the doctor says; `fix` picks what is put right before. */
  async examine(fix: (result: Result) => boolean = () => false): Promise<Report> {
    const report = await this.diagnose(fix);
    this.tell({ report: { ...report, at: Date.now() } });
    void this.refresh();
    return report;
  }

  protected tell(changed: Partial<SourceView>): void {
    this.view = { ...this.view, ...changed };
    this.live.tell("source", this.id, this.view);
  }

  private async askNow(): Promise<void> {
    const askingSince = Date.now();
    this.tell({ askingSince });
    const told = await this.ask().then(
      (found) => ({ trouble: undefined, ...found, toldAt: askingSince }),
      (error: unknown) => ({
        trouble: redactQuoted(messageOf(error)),
        pictures: this.view.pictures.map(greyed),
        status: undefined,
      }),
    );
    this.tell({ ...told, askingSince: undefined });
  }
}
