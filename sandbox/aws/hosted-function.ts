import { type FunctionSettings, type Invocation, LambdaSandbox } from "./lambda-sandbox";
import type { Tools } from "../../toolbox/aws-local";

export type { FunctionCode, FunctionSettings, Invocation } from "./lambda-sandbox";

/** What Lambda's own limit answers: nothing of the function ran. */
export const THROTTLED = "throttled";

interface Place {
  busy: boolean;
  sandbox: LambdaSandbox | undefined;
}

/** A function with as many execution environments as may run at once, each started when it is first needed. */
export class HostedFunction {
  /** Every line the function wrote, for whoever looks for what should and should not be there. */
  readonly log: string[] = [];
  /** How often the function ended in the middle of a call. */
  crashes = 0;
  private readonly places: Place[];
  private stopping = false;

  /** `settingsOf` may differ by place, so that one function can run in two variants. */
  constructor(
    private readonly tools: Tools,
    readonly concurrency: number,
    private readonly settingsOf: (place: number) => FunctionSettings,
  ) {
    this.places = Array.from({ length: concurrency }, () => ({ busy: false, sandbox: undefined }));
  }

  /** Beyond its concurrency a function is throttled rather than queued for, as on Lambda. */
  async invoke(event: unknown): Promise<Invocation | typeof THROTTLED> {
    const place =
      this.places.find(({ busy, sandbox }) => !busy && sandbox?.alive) ?? this.places.find(({ busy }) => !busy);
    if (!place || this.stopping) return THROTTLED;
    place.busy = true;
    try {
      const sandbox = await this.sandboxOf(place);
      const outcome = await sandbox.invoke(event);
      if ("failed" in outcome) this.crashes += 1;
      return outcome;
    } finally {
      place.busy = false;
    }
  }

  /** Starts all its environments now, so that nobody has to wait for one later. */
  async warm(): Promise<void> {
    await Promise.all(this.places.map((place) => this.sandboxOf(place)));
  }

  /** The machine under one environment goes away; the next call that needs it gets a new one. */
  async kill(which: number): Promise<void> {
    await this.places[which]?.sandbox?.kill();
  }

  /** Those that are in the middle of a call. */
  async killBusy(): Promise<void> {
    await killAll(this.places.filter(({ busy }) => busy));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await killAll(this.places);
  }

  private async sandboxOf(place: Place): Promise<LambdaSandbox> {
    if (place.sandbox?.alive) return place.sandbox;
    const settings = this.settingsOf(this.places.indexOf(place));
    return (place.sandbox = await LambdaSandbox.start(this.tools, settings, this.log));
  }
}

async function killAll(places: readonly Place[]): Promise<void> {
  await Promise.all(places.flatMap(({ sandbox }) => (sandbox ? [sandbox.kill()] : [])));
}
