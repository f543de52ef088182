import { type RelayControls, sentencesOf } from "../controls";
import type { DeliveryObserver } from "../delivery";
import type { IntakeAnswer } from "../intake";
import type { WhyControlled } from "./controls-board";
import type { ControlsFileObserver } from "./controls-file";
import type { Health } from "./health";
import { type Log, Sampler } from "./logs";
import type { Metrics } from "./metrics";
import type { SecretObserver } from "./secrets";

/** Rejections can be provoked by anybody, so only some a second are written down. */
const REJECTIONS_LOGGED_PER_SECOND = 5;

/** Turns what happens into metrics and log lines: ids, sizes and timings, never a body, a signature or a secret. */
export class Reporting {
  private readonly rejections = new Sampler(REJECTIONS_LOGGED_PER_SECOND);
  private readonly storeTrouble = new Sampler(1);

  constructor(
    private readonly log: Log,
    readonly metrics: Metrics,
  ) {}

  answered(relay: string, answer: IntakeAnswer, bytes: number, ms: number): void {
    this.metrics.answered(relay, answer.outcome, answer.secret, ms / 1000);
    if (answer.rule !== undefined) this.metrics.filteredBy(relay, answer.rule);
    if (answer.status === 200) {
      if (!this.log.isLevelEnabled("debug")) return;
      this.log.debug({ relay, event: answer.eventId, outcome: answer.outcome, bytes, ms: rounded(ms) }, "received");
      return;
    }
    const alsoHidden = this.rejections.next();
    if (alsoHidden === undefined) return;
    const facts = {
      relay,
      reason: answer.outcome,
      status: answer.status,
      event: answer.eventId,
      bytes,
      ms: rounded(ms),
    };
    this.log.warn(alsoHidden > 0 ? { ...facts, alsoHidden } : facts, "rejected");
  }

  deliveries(relay: string): DeliveryObserver {
    return {
      delivered: (event, { attemptMs, sinceReceivedMs }) => {
        this.metrics.delivered(relay, sinceReceivedMs);
        if (!this.log.isLevelEnabled("debug")) return;
        this.log.debug(
          { relay, event: event.id, attempt: event.attempts + 1, attemptMs, sinceReceivedMs },
          "delivered",
        );
      },
      retrying: (event, failure, inMs) => {
        this.metrics.failed(relay, "retrying");
        this.log.warn(
          { relay, event: event.id, attempt: event.attempts + 1, inMs, error: failure.error },
          "will retry",
        );
      },
      died: (event, failure) => {
        this.metrics.failed(relay, "dead");
        const next = "see `kustomer-relay dead-letters list`";
        this.log.error(
          { relay, event: event.id, attempts: event.attempts + 1, error: failure.error, next },
          "dead letter",
        );
      },
      circuit: (_, open) => {
        this.metrics.circuit(relay, open);
        if (open)
          this.log.error({ relay }, "the destination is down: events are kept and it is probed from time to time");
        else this.log.info({ relay }, "the destination is up again");
      },
      storeFailed: (error) => {
        this.storeFailed(error);
      },
    };
  }

  secrets(relay: string): SecretObserver {
    return {
      reloaded: (labels) => {
        this.log.info({ relay, secrets: labels }, "signing secrets read");
      },
      sourceFailed: (source, problem) => {
        this.log.error(
          { relay, source, problem },
          "a signing secret could not be read; what was read before stays in use",
        );
      },
      mountedAlone: (file) => {
        this.mountedAlone(relay, file);
      },
    };
  }

  private mountedAlone(relay: string, file: string): void {
    const next = "mount the folder that it is in, or have it written in place";
    this.log.warn({ relay, file, next }, "this file is a mount of its own: a new one put in its place is not seen");
  }

  health(relays: readonly string[], health: Health, before: Health): void {
    for (const relay of relays) this.metrics.accepts(relay, !health.problem && health.relays[relay] === undefined);
    if (health.problem !== undefined && health.problem !== before.problem) {
      this.log.error({ problem: health.problem }, "no events are taken: they are answered 503 until this is put right");
    }
    if (health.problem === undefined && before.problem !== undefined) this.log.info("events are taken again");
    for (const relay of relays) {
      const [now, then] = [health.relays[relay], before.relays[relay]];
      if (now !== undefined && then === undefined) this.log.error({ relay, problem: now }, "its events are not taken");
      if (now === undefined && then !== undefined && !health.problem)
        this.log.info({ relay }, "its events are taken again");
    }
  }

  controls(controls: RelayControls, why: WhyControlled): void {
    this.metrics.controls(controls);
    const { relay, overrides, paused, maxPerSecond } = controls;
    const now = { relay, paused, ...(maxPerSecond !== undefined && { maxPerSecond }) };
    const standing = sentencesOf(overrides);
    if (why === "ended")
      this.log.warn({ ...now, standing }, "an override has come to its end: what is declared holds again");
    else if (why === "declared") this.log.info({ ...now, standing }, "the relay's controls were declared anew");
    else if (why === "ordered") this.log.warn({ ...now, standing }, "the relay's controls were changed by a command");
    else if (standing.length > 0) {
      const next = "end it with `kustomer-relay resume`";
      this.log.warn({ ...now, standing, next }, "an override stands above what is declared");
    }
  }

  controlsFile(relay: string): ControlsFileObserver {
    return {
      read: () => {
        this.log.info({ relay }, "the relay's controls file was read");
      },
      failed: (file, problem) => {
        this.log.error({ relay, file, problem }, "a controls file could not be read; what was read before holds on");
      },
      mountedAlone: (file) => {
        this.mountedAlone(relay, file);
      },
    };
  }

  pauseRoom(relay: string, problem: string | undefined): void {
    this.metrics.pauseRoom(relay, problem !== undefined);
    if (problem === undefined) return;
    const next = "resume it, or raise maxMiB: events that find no room are answered 503";
    this.log.error({ relay, problem, next }, "the pause is about to outlast the store");
  }

  silence(relay: string, silent: boolean, minutes: number): void {
    this.metrics.silence(relay, silent);
    if (silent) {
      const next = "look whether the webhook is still enabled in Kustomer: `kustomer-relay doctor`";
      this.log.error({ relay, expectEventEveryMinutes: minutes, next }, "no event has come for longer than expected");
    } else this.log.info({ relay }, "events come again");
  }

  logLinesDropped(lines: number): void {
    this.metrics.dropped(lines);
    this.log.warn({ lines }, "log lines were dropped, because nobody read them in time");
  }

  observedElsewhere(url: string, usualPort: number): void {
    const next = "say where with observe.port in receiver.yaml";
    this.log.warn({ observe: url, next }, `port ${usualPort} is taken: metrics and readiness are on another one`);
  }

  storeFailed(error: Error): void {
    this.metrics.storeFailed();
    const alsoHidden = this.storeTrouble.next();
    if (alsoHidden !== undefined) this.log.error({ problem: error.message, alsoHidden }, "the store is unavailable");
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
