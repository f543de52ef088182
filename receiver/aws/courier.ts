import { backoffMs, type Failure, failureOf, failureWithoutAnswer, nextStep } from "../attempt";
import type { Clock } from "../clock";
import { LIMITS } from "../contract";
import { messageOf } from "../errors";
import type { FailedAttempt, OutgoingEvent } from "../inbox";
import { outgoingRequest, type Post, signatureCandidates } from "../outgoing";
import { againForPlaceMs, againForSlotMs, receivesOf } from "./again";
import type { Claim, Claims } from "./claims";
import type { DeadLetterBox } from "./dead-letter-box";
import type { SqsRecord } from "./lambda";
import { claimKey, decodeMessage, type RelayEvent } from "./message";
import { BACKOFF, type Relay, type Relays } from "./relays";
import { type HostedControls, pausedForMs } from "./relay-controls";
import type { BatchReport } from "./report";
import type { Slots } from "./slots";
import type { Waiting } from "./slow-destinations";
import { isTimeToPost, noteMs, postMsNow, type TimeBudget } from "./time-budget";

export type CourierStep = "before-post" | "posted";

export interface CourierParts {
  readonly relays: Relays;
  readonly claims: Claims;
  readonly controls: HostedControls;
  readonly slots: Slots;
  readonly deadLetters: DeadLetterBox;
  readonly post: Post;
  readonly clock: Clock;
  readonly random: () => number;
  readonly giveUpAfterMs: number;
  readonly step?: ((step: CourierStep, event: string) => void) | undefined;
}

export interface Circumstances extends TimeBudget {
  /** What this batch may wait for. */
  readonly waiting: Waiting;
  /** Whether to take up what another function left behind. */
  readonly takeOver: boolean;
  readonly report: BatchReport;
}

/** `done` may be deleted from the queue. A `suspect` ended the function that had it, and has not been touched. */
export type DeliveryResult = "done" | "suspect" | { readonly againInMs: number };

/** Answers that may be about the signature alone. */
const ABOUT_THE_SIGNATURE = new Set([401, 403]);
/**
 * In a rotation the destination may have the new secret a moment before the relay's own secret says so. Longer than a minute,
 * because a secret is read anew at most once in that time.
 */
const PAUSE_FOR_A_SECRET_MS = 65_000;
/** So often are all signatures tried, with a pause before each further time. */
const ROUNDS_OF_SIGNATURES = 3;
/** The clocks of two machines differ a little. */
const LEASE_SLACK_MS = 2_000;
/**
 * Who lives and cannot write what became of an event sends it back at once; who ended leaves it to the queue, which waits for six
 * times the function's time. So what comes again within four times was not what ended a function.
 */
const LIVED_WITHIN = 4;
/** So often may a function end, for whatever reason, while it has one event. */
const MOST_CRASHES = 3;

/** Takes one event to its destination: claim, POST, and a note of what came of it. */
export class Courier {
  constructor(private readonly parts: CourierParts) {}

  async deliver(record: SqsRecord, circumstances: Circumstances): Promise<DeliveryResult> {
    const { relays, claims, deadLetters, clock, random } = this.parts;
    const { remaining, takeOver, report, waiting } = circumstances;
    const event = decodeMessage(record.body, textsOf(record));
    if (!event) {
      await deadLetters.putStranger(record, NOT_OURS, noteMs(circumstances));
      report.died({ event: record.messageId }, NOT_OURS);
      return "done";
    }
    const relay = await relays.get(event.route, noteMs(circumstances));
    if (typeof relay === "string") return this.withoutRelay(record, event, relay, circumstances);
    if (!isTimeToPost(relay.destination.timeoutMs, circumstances)) return { againInMs: 0 };
    const held = await this.holdBack(record, event, relay, circumstances);
    if (held) return held;
    if (!(await waiting.mayBegin(event.route))) {
      report.putOff(event);
      return { againInMs: againForPlaceMs(record, random()) };
    }

    const [key, leaseMs] = [claimKey(event), remaining() + LEASE_SLACK_MS];
    let result = await claims.claim(key, leaseMs, noteMs(circumstances));
    if (result.is === "abandoned") {
      const ended = clock() - result.since >= LIVED_WITHIN * circumstances.budgetMs;
      if (ended && !takeOver) return "suspect";
      result = await claims.takeOver(key, leaseMs, noteMs(circumstances), ended);
    }
    if (result.is === "over") {
      report.duplicate(event);
      return "done";
    }
    if (result.is === "held") return { againInMs: result.until - clock() };
    if (result.is === "abandoned") return { againInMs: 0 };
    const { claim } = result;
    if (claim.crashes < MOST_CRASHES) return this.tryUntilAnswered(event, claim, relay, circumstances);
    const error = `the function ended ${claim.crashes} times while it delivered this event; see its log`;
    return this.bury(event, claim.attempts + claim.crashes, claim, { error, refused: false }, circumstances);
  }

  /**
   * One try; after a refusal at once another with the next signature, as long as there is one and time for it. When all of
   * them were refused the event is given up, unless it may be that only a secret is not known here yet.
   */
  private async tryUntilAnswered(
    event: RelayEvent,
    claim: Claim,
    known: Relay,
    circumstances: Circumstances,
  ): Promise<DeliveryResult> {
    const { clock, random, claims } = this.parts;
    const { report } = circumstances;
    let relay = claim.refusals > 0 ? await this.afterRefusal(event, known, circumstances) : known;
    let tried: OutgoingEvent & RelayEvent = { ...event, attempts: claim.attempts, refusals: claim.refusals };
    for (let tries = 1; ; tries += 1) {
      const began = clock();
      const failure = await this.attempt(tried, relay, circumstances);
      const now = clock();
      if (!failure) {
        await this.settle(claim, circumstances);
        report.delivered(tried, { attemptMs: now - began, sinceReceivedMs: now - event.receivedAt });
        return "done";
      }
      if (failure.refused) relay = await this.afterRefusal(event, relay, circumstances);
      const signatures = signatureCandidates(tried, relay.secrets).length;
      const rounds = ABOUT_THE_SIGNATURE.has(failure.status ?? 0) ? ROUNDS_OF_SIGNATURES : 1;
      const destination = { ...relay.destination, triesWhenRefused: rounds * signatures };
      const next = nextStep(tried, failure, destination, now - event.receivedAt, random());
      if (next.do === "give-up") return this.bury(event, tried.attempts + 1, claim, failure, circumstances);
      tried = { ...tried, attempts: tried.attempts + 1, refusals: tried.refusals + (failure.refused ? 1 : 0) };
      const hasAnother = failure.refused && tries < signatures;
      const isTime = hasAnother && isTimeToPost(relay.destination.timeoutMs, circumstances);
      if (isTime && (await this.noSlotForMs(relay, circumstances)) === undefined) continue;
      const inMs = hasAnother ? 0 : failure.refused ? PAUSE_FOR_A_SECRET_MS : next.inMs;
      await claims.release(claim, tried, noteMs(circumstances));
      report.retrying(tried, failure, inMs);
      return { againInMs: inMs };
    }
  }

  /** What the relay's controls say. An event that is held back has not been tried. */
  private async holdBack(
    record: SqsRecord,
    event: RelayEvent,
    relay: Relay,
    circumstances: Circumstances,
  ): Promise<DeliveryResult | undefined> {
    const { controls, clock, random } = this.parts;
    const { now, overrides } = await controls.of(relay, noteMs(circumstances));
    if (now.paused) return this.keepPaused(event, pausedForMs(event.receivedAt, overrides, clock()), circumstances);
    const noneForMs = await this.noSlotForMs(relay, circumstances);
    if (noneForMs === undefined) return undefined;
    const conversation = record.attributes.MessageGroupId ?? record.messageId;
    const crowdMs = this.parts.slots.crowdMs(relay.name, conversation, now.maxPerSecond ?? 1);
    const againInMs = againForSlotMs(record, noneForMs, crowdMs, random());
    circumstances.report.heldBack(event, againInMs);
    return { againInMs };
  }

  /**
   * SQS would delete what is fourteen days old: before that, it is given up where a person sees it. After `giveUpAfterDays` only what
   * is tried is given up.
   */
  private async keepPaused(
    event: RelayEvent,
    againInMs: number,
    circumstances: Circumstances,
  ): Promise<DeliveryResult> {
    const { clock, deadLetters } = this.parts;
    const { report } = circumstances;
    if (clock() + againInMs - event.receivedAt <= KEPT_PAUSED_MS) {
      report.heldBack(event, againInMs);
      return { againInMs };
    }
    await deadLetters.put(event, 0, { error: PAUSED_TOO_LONG, refused: false }, noteMs(circumstances));
    report.died({ relay: event.destination, event: event.id, attempts: 0 }, PAUSED_TOO_LONG);
    return "done";
  }

  /** Undefined once a request may begin, which may be in a moment; else in how long it is worth asking again. */
  private async noSlotForMs(relay: Relay, circumstances: Circumstances): Promise<number | undefined> {
    const { controls, slots } = this.parts;
    const { now } = await controls.of(relay, noteMs(circumstances));
    if (now.maxPerSecond === undefined) return undefined;
    const slot = await slots.take(
      relay.name,
      now.maxPerSecond,
      circumstances.waiting.forSlotsMs(),
      noteMs(circumstances),
    );
    if ("noneForMs" in slot) return slot.noneForMs;
    await new Promise((resolve) => setTimeout(resolve, slot.inMs));
    return undefined;
  }

  /** The relay with the secrets that it has now, if they can be read. */
  private async afterRefusal(event: RelayEvent, relay: Relay, circumstances: Circumstances): Promise<Relay> {
    const fresh = await this.parts.relays.refreshAfterMismatch(event.route, noteMs(circumstances));
    return typeof fresh === "string" ? relay : fresh;
  }

  private async attempt(
    event: OutgoingEvent & RelayEvent,
    { destination, secrets }: Relay,
    circumstances: Circumstances,
  ): Promise<Failure | undefined> {
    const { post, clock, step } = this.parts;
    const timeoutMs = postMsNow(destination.timeoutMs, circumstances);
    step?.("before-post", event.id);
    try {
      const request = outgoingRequest(event, { ...destination, timeoutMs }, secrets);
      const answer = await circumstances.waiting.during(event.route, (signal) => post(request, signal));
      step?.("posted", event.id);
      return failureOf(answer, destination, clock());
    } catch (error) {
      return failureWithoutAnswer(error, destination);
    }
  }

  /**
   * The destination has the event. If the note of it cannot be written, the message is deleted all the same: coming again it
   * would certainly be a duplicate, and gone it is one only if Kustomer sends it again.
   */
  private async settle(claim: Claim, circumstances: Circumstances): Promise<void> {
    try {
      await this.parts.claims.settle(claim, "delivered", noteMs(circumstances));
    } catch (error) {
      const message = "a delivery could not be noted: if the event is sent again, it is delivered again";
      circumstances.report.problem(message, messageOf(error));
    }
  }

  private async bury(
    event: RelayEvent,
    attempts: number,
    claim: Claim,
    failure: FailedAttempt,
    circumstances: Circumstances,
  ): Promise<DeliveryResult> {
    const { deadLetters, claims } = this.parts;
    await deadLetters.put(event, attempts, failure, noteMs(circumstances));
    circumstances.report.died({ relay: event.destination, event: event.id, attempts }, failure.error);
    try {
      await claims.settle(claim, "dead", noteMs(circumstances));
    } catch (error) {
      circumstances.report.problem("a dead letter could not be noted", messageOf(error));
    }
    return "done";
  }

  /** Its secret cannot be read, or is gone. The event waits as for a destination that is down. */
  private async withoutRelay(
    record: SqsRecord,
    event: RelayEvent,
    why: "unknown" | "unavailable",
    circumstances: Circumstances,
  ): Promise<DeliveryResult> {
    const { clock, random, giveUpAfterMs, deadLetters } = this.parts;
    const { report } = circumstances;
    const error = WITHOUT_RELAY[why];
    const attempts = receivesOf(record);
    const inMs = backoffMs(attempts - 1, { backoff: BACKOFF }, random());
    if (clock() + inMs - event.receivedAt > giveUpAfterMs) {
      await deadLetters.put(event, attempts, { error, refused: false }, noteMs(circumstances));
      report.died({ relay: event.destination, event: event.id, attempts }, error);
      return "done";
    }
    report.retrying({ ...event, attempts, refusals: 0 }, { error, refused: false }, inMs);
    return { againInMs: inMs };
  }
}

const KEPT_PAUSED_MS = LIMITS.maxGiveUpDays * 24 * 3_600_000;
const PAUSED_TOO_LONG = "its relay was paused for longer than the queue can keep events";

const WITHOUT_RELAY = {
  unknown: "the relay's secret is not there; was the relay removed?",
  unavailable: "the relay's secret could not be read",
};

const NOT_OURS = "it is not an event that the intake stored";

function textsOf({ messageAttributes }: SqsRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messageAttributes).flatMap(([name, value]) =>
      value?.stringValue === undefined ? [] : [[name, value.stringValue]],
    ),
  );
}
