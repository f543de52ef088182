import type { Admin } from "../../receiver/admin";
import type { Told } from "../doctor/report";
import { Receiver } from "../doctor/kinds/receiver";
import { type Result, examine } from "../doctor/examine";
import { type Report, reportOn } from "../doctor/report";
import { withStore } from "../with-store";
import type { Live } from "./live";
import { lineOf, toneOf } from "./pictures";
import { CHECK_MS, Source } from "./source";
import type { Line, Picture, SourceView } from "./views";

/** The store of a receiver on this machine. */
export class StoreSource extends Source {
  constructor(
    private readonly folder: string,
    live: Live,
  ) {
    super(`store ${folder}`, "store", folder, live);
  }

  withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    return withStore(this.folder, work);
  }

  /** Through the running receiver alone: opening its file again and again would stand in the way of one that starts. */
  protected async ask(): Promise<Partial<SourceView>> {
    const receiver = new Receiver(this.folder);
    const [results, status] = await Promise.all([
      examine([receiver], { timeoutMs: CHECK_MS, wants: () => true }),
      receiver.status().catch(() => undefined),
    ]);
    const lines = results.filter(({ because }) => because === undefined).map(lineOf);
    const names = new Set([
      ...(status?.controls ?? []).map(({ relay }) => relay),
      ...(status?.destinations ?? []).map(({ destination }) => destination),
    ]);
    const pictures = [...names].map((destination): Picture => {
      const { lastReceivedAt, lastError } = status?.destinations.find((one) => one.destination === destination) ?? {};
      const trouble: Line[] = status?.circuitsOpen.includes(destination)
        ? [
            {
              tone: "bad",
              text: `is down: its events are kept, and it is probed${lastError === undefined ? "" : `. ${lastError.error}`}`,
            },
          ]
        : [{ tone: "unknown", text: "not asked" }];
      return {
        name: destination,
        status: "unknown",
        kustomer: {
          tone: "unknown",
          title: "Kustomer",
          lines: [{ tone: "unknown", text: "not asked: name its stack with --stack" }],
        },
        receiver: { tone: toneOf(lines), title: "Self-hosted receiver", lines },
        destination: { tone: toneOf(trouble), title: "Destination", lines: trouble },
        ...(lastReceivedAt !== undefined && { lastEventAt: lastReceivedAt }),
      };
    });
    return {
      // What was known of a receiver that has gone stays on the page, grey.
      pictures: names.size > 0 ? pictures : this.view.pictures.map((picture) => withoutReceiver(picture, results)),
      status,
    };
  }

  protected diagnose(fix: (result: Result) => boolean): Promise<Report> {
    const wants = (check: string): boolean => check.startsWith("receiver-");
    return reportOn({ cwd: ".", stack: undefined, store: this.folder, timeoutMs: CHECK_MS, wants }, fix);
  }
}

function withoutReceiver(picture: Picture, results: readonly Told[]): Picture {
  const lines = results.filter(({ because }) => because === undefined).map(lineOf);
  const unknown: Line[] = [{ tone: "unknown", text: "not asked" }];
  return {
    ...picture,
    receiver: { tone: toneOf(lines), title: "Self-hosted receiver", lines },
    destination: { ...picture.destination, tone: "unknown", lines: unknown },
  };
}
