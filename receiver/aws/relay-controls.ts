import type { Clock } from "../clock";
import { effective, type Controls, type Overrides } from "../controls";
import type { AwsCall } from "./client";
import { type OverridesByRelay, readOverrides } from "./overrides";
import type { Relay } from "./relays";

export interface RelayControlsParts {
  readonly call: AwsCall;
  readonly table: string;
  readonly clock: Clock;
}

/** So long after a command every function goes by it. One reading for all relays, and none while nothing is delivered. */
const FRESH_MS = 5_000;
/** What is declared of relays, which stands in their secrets, and the overrides above that, which stand in the table. */
export class HostedControls {
  private read: { readonly overrides: OverridesByRelay; readonly at: number } | undefined;
  private reading: Promise<OverridesByRelay> | undefined;

  constructor(private readonly parts: RelayControlsParts) {}

  async of(relay: Relay, timeoutMs: number): Promise<{ readonly now: Controls; readonly overrides: Overrides }> {
    const overrides = (await this.all(timeoutMs)).get(relay.name) ?? {};
    return { now: effective(relay.controls, overrides, this.parts.clock()), overrides };
  }

  private all(timeoutMs: number): Promise<OverridesByRelay> | OverridesByRelay {
    const age = this.read === undefined ? Infinity : this.parts.clock() - this.read.at;
    // A clock that was set back makes no reading fresher.
    if (this.read && age >= 0 && age < FRESH_MS) return this.read.overrides;
    this.reading ??= this.ask(timeoutMs).finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** Where the table does not answer nothing is delivered: somebody may have paused the relay meanwhile. */
  private async ask(timeoutMs: number): Promise<OverridesByRelay> {
    const { call, table, clock } = this.parts;
    const at = clock();
    const overrides = await readOverrides(call, table, timeoutMs);
    this.read = { overrides, at };
    return overrides;
  }
}

const LEAST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 1_800_000;

/**
 * When a paused event is looked at again: after a tenth of the time that it has been held for, so that a pause that ends is
 * noticed soon, and a long one stays far below the thousand receives that a queue allows.
 */
export function pausedForMs(receivedAt: number, overrides: Overrides, now: number): number {
  const { since = 0, until = Infinity } = overrides.paused ?? {};
  const heldMs = now - Math.max(receivedAt, since);
  const againMs = Math.min(Math.max(heldMs / 10, LEAST_WAIT_MS), LONGEST_WAIT_MS);
  return Math.max(Math.min(againMs, until - now), 0);
}
