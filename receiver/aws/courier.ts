import { backoffMs, type Failure, failureOf, failureWithoutAnswer, nextStep } from "../attempt";
import type { Clock } from "../clock";
import type { FailedAttempt, OutgoingEvent } from "../inbox";
import { messageOf } from "../errors";
import { outgoingRequest, type Post, signatureCandidates } from "../outgoing";
import type { Claim, Claims } from "./claims";
import type { DeadLetterBox } from "./dead-letter-box";
import type { SqsRecord } from "./lambda";
import { claimKey, decodeMessage, type RelayEvent } from "./message";
import { BACKOFF, type Relay, type Relays } from "./relays";
import type { BatchReport } from "./report";

export type CourierStep = "before-post" | "posted";

export interface CourierParts {
  readonly relays: Relays;
  readonly claims: Claims;
  readonly deadLetters: DeadLetterBox;
  readonly post: Post;
  readonly clock: Clock;
  readonly random: () => number;
  readonly giveUpAfterMs: number;
  readonly step?: ((step: CourierStep) => void) | undefined;
}

export interface Circumstances {
  readonly remaining: () => number;
  /** What was left of the function's time when the batch came. */
  readonly budgetMs: number;
  /** Whether to take up what another function left behind. */
  readonly takeOver: boolean;
  readonly report: BatchReport;
}

/** `done` may be deleted from the queue. A `suspect` ended the function that had it, and has not been touched. */
export type DeliveryResult = "done" | "suspect" | { readonly againInMs: number };

/** For noting the outcome, after the destination's answer. */
const RESERVE_MS = 5_000;
const TABLE_MS = 3_000;
const SECRET_MS = 4_000;
const DEAD_LETTER_MS = 4_000;
/** The clocks of two machines differ a little. */
const LEASE_SLACK_MS = 2_000;
/** So often may an event have been under way when its function ended, for whatever reason. */
const MOST_CRASHES = 3;

/** Takes one event to its destination: claim, POST, and a note of what came of it. */
export class Courier {
  constructor(private readonly parts: CourierParts) {}

  async deliver(record: SqsRecord, circumstances: Circumstances): Promise<DeliveryResult> {
    const { relays, claims, deadLetters, clock } = this.parts;
    const { remaining, takeOver, report } = circumstances;
    const event = decodeMessage(record.body, textsOf(record));
    if (!event) {
      await deadLetters.putStranger(record, DEAD_LETTER_MS);
      report.died({ event: record.messageId }, "it is not an event that the intake stored");
      return "done";
    }
    const relay = await relays.get(event.route, SECRET_MS);
    if (typeof relay === "string") return this.withoutRelay(record, event, relay, report);
    if (remaining() < this.postMs(relay, circumstances) + RESERVE_MS) return { againInMs: 0 };

    const key = claimKey(event);
    const result = await claims.claim(key, remaining() + LEASE_SLACK_MS, takeOver, TABLE_MS);
    if (result.is === "over") {
      report.duplicate(event);
      return "done";
    }
    if (result.is === "held") return { againInMs: result.until - clock() };
    if (result.is === "abandoned") return takeOver ? { againInMs: 0 } : "suspect";
    const { claim } = result;
    if (claim.crashes > MOST_CRASHES) {
      const error = `the function ended ${MOST_CRASHES} times while it delivered this event; see its log`;
      return this.bury({ ...event, ...claim }, claim, { error, refused: false }, circumstances);
    }
    return this.tryUntilAnswered(event, claim, relay, circumstances);
  }

  /** One try; after a refusal at once another with the next signature, as long as there is one and time for it. */
  private async tryUntilAnswered(
    event: RelayEvent,
    claim: Claim,
    relay: Relay,
    circumstances: Circumstances,
  ): Promise<DeliveryResult> {
    const { clock, random, relays, claims } = this.parts;
    const { report, remaining } = circumstances;
    let { secrets } = relay;
    let tried: OutgoingEvent & RelayEvent = { ...event, attempts: claim.attempts, refusals: claim.refusals };
    for (;;) {
      const began = clock();
      const failure = await this.attempt(tried, { ...relay, secrets }, circumstances);
      const now = clock();
      if (!failure) {
        await this.settle(claim, report);
        report.delivered(tried, { attemptMs: now - began, sinceReceivedMs: now - event.receivedAt });
        return "done";
      }
      if (failure.refused && secrets === relay.secrets) {
        const fresh = await relays.refreshAfterMismatch(event.route, SECRET_MS);
        if (typeof fresh !== "string") ({ secrets } = fresh);
      }
      const triesWhenRefused = signatureCandidates(tried, secrets).length;
      const next = nextStep(tried, failure, { ...relay.destination, triesWhenRefused }, now, random());
      if (next.do === "give-up") return this.bury(tried, claim, failure, circumstances);
      tried = { ...tried, attempts: tried.attempts + 1, refusals: tried.refusals + (failure.refused ? 1 : 0) };
      const againNow = failure.refused && remaining() >= this.postMs(relay, circumstances) + RESERVE_MS;
      if (againNow) continue;
      const inMs = failure.refused ? 0 : next.inMs;
      await claims.release(claim, tried, TABLE_MS);
      report.retrying(tried, failure, inMs);
      return { againInMs: inMs };
    }
  }

  private async attempt(
    event: OutgoingEvent,
    { destination, secrets }: Relay,
    circumstances: Circumstances,
  ): Promise<Failure | undefined> {
    const { post, clock, step } = this.parts;
    const timeoutMs = this.postMs({ destination }, circumstances);
    step?.("before-post");
    try {
      const request = outgoingRequest(event, { ...destination, timeoutMs }, secrets);
      const answer = await post(request, NEVER);
      step?.("posted");
      return failureOf(answer, destination, clock());
    } catch (error) {
      return failureWithoutAnswer(error, destination);
    }
  }

  /** A destination's time-out, or less where the function itself would not live so long. */
  private postMs({ destination }: Pick<Relay, "destination">, { budgetMs }: Circumstances): number {
    return Math.max(Math.min(destination.timeoutMs, budgetMs - 2 * RESERVE_MS), 1_000);
  }

  /**
   * The destination has the event. If the note of it cannot be written, the message is deleted all the same: coming again it
   * would certainly be a duplicate, and gone it is one only if Kustomer sends it again.
   */
  private async settle(claim: Claim, report: BatchReport): Promise<void> {
    try {
      await this.parts.claims.settle(claim, "delivered", TABLE_MS);
    } catch (error) {
      report.problem(
        "a delivery could not be noted; if the event is sent again, it is delivered again",
        messageOf(error),
      );
    }
  }

  private async bury(
    event: OutgoingEvent & RelayEvent,
    claim: Claim,
    failure: FailedAttempt,
    { report }: Circumstances,
  ): Promise<DeliveryResult> {
    const { deadLetters, claims } = this.parts;
    await deadLetters.put(event, failure, DEAD_LETTER_MS);
    report.died({ relay: event.destination, event: event.id, attempts: event.attempts + 1 }, failure.error);
    try {
      await claims.settle(claim, "dead", TABLE_MS);
    } catch (error) {
      report.problem("a dead letter could not be noted", messageOf(error));
    }
    return "done";
  }

  /** Its secret cannot be read, or is gone. The event waits as for a destination that is down. */
  private async withoutRelay(
    record: SqsRecord,
    event: RelayEvent,
    why: "unknown" | "unavailable",
    report: BatchReport,
  ): Promise<DeliveryResult> {
    const { clock, random, giveUpAfterMs, deadLetters } = this.parts;
    const error =
      why === "unknown"
        ? "the relay's secret is not there: was the relay removed?"
        : "the relay's secret could not be read";
    const attempts = Number(record.attributes.ApproximateReceiveCount ?? 1) - 1;
    const inMs = backoffMs(attempts, { backoff: BACKOFF }, random());
    if (clock() + inMs - event.receivedAt > giveUpAfterMs) {
      await deadLetters.put({ ...event, attempts, refusals: 0 }, { error, refused: false }, DEAD_LETTER_MS);
      report.died({ relay: event.destination, event: event.id, attempts }, error);
      return "done";
    }
    report.retrying({ ...event, attempts, refusals: 0 }, { error, refused: false }, inMs);
    return { againInMs: inMs };
  }
}

/** Every POST has its own end, before the function's. */
const NEVER = new AbortController().signal;

function textsOf({ messageAttributes }: SqsRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messageAttributes).flatMap(([name, value]) =>
      value?.stringValue === undefined ? [] : [[name, value.stringValue]],
    ),
  );
}
