import type { Status } from "../../receiver/admin";
import type { Report } from "../doctor/report";

/** What the page shows, as the server tells it. Holds no secret. */

/** `unknown`: nobody has asked, or nobody could. */
export type Tone = "good" | "warn" | "bad" | "unknown";

export interface Line {
  readonly tone: Tone;
  readonly text: string;
  readonly next?: string;
}

/** One of the things that an event passes, or that it takes. */
export interface Part {
  readonly tone: Tone;
  readonly title: string;
  readonly lines: readonly Line[];
}

/** A relay: Kustomer → receiver → destination, and what goes with it. */
export interface Picture {
  readonly name: string;
  readonly status: "active" | "pending" | "failing" | "unknown";
  readonly kustomer: Part;
  /** Left out where Kustomer sends straight to the destination. */
  readonly receiver?: Part;
  readonly destination: Part;
  readonly key?: Part;
  readonly steps?: Part;
  readonly lastEventAt?: number;
  /** Events of each of the last minutes, the latest at the end; left out where nobody could be asked. */
  readonly perMinute?: readonly number[];
}

/** A stack or a store, as far as it has been asked. */
export interface SourceView {
  readonly id: string;
  readonly kind: "stack" | "store";
  readonly name: string;
  /** Since when it is being asked; left out while it is not. */
  readonly askingSince?: number;
  /** When that was asked of which the answer is shown. */
  readonly toldAt?: number;
  /** Why it could not be asked. */
  readonly trouble?: string;
  readonly pictures: readonly Picture[];
  /** What waits in its receivers; left out where it has none, or none that answers. */
  readonly status?: Status;
  /** Why that is not known. */
  readonly statusTrouble?: string;
  /** Whether it has receivers at all, so that there may be dead letters. */
  readonly hasReceiver: boolean;
  readonly report?: Report & { readonly at: number };
}

/** A run of the Pulumi CLI. */
export interface RunView {
  readonly source: string;
  readonly what: "preview" | "up";
  readonly state: "running" | "done" | "failed" | "cancelled";
  /** What it printed. */
  readonly text: string;
  readonly endedAt?: number;
}

/** More of what a run prints. */
export interface RunText {
  readonly source: string;
  readonly text: string;
}
