import type { Clock } from "../clock";
import { type AwsCall, AwsError } from "./client";

export interface SlotsParts {
  readonly call: AwsCall;
  readonly table: string;
  readonly clock: Clock;
}

export type Slot = { readonly inMs: number } | { readonly noneForMs: number };

/** A function waits for a slot for no longer: meanwhile it delivers nothing else of that conversation. */
const WAITS_MS = 1_000;
/** Nobody who may speak to AWS has a clock that is so far ahead: what says so is damaged, and would stop the relay. */
const NO_MOMENT_MS = 600_000;
const LATELY_MS = 30_000;
const MOST_WAITING = 10_000;
const TRIES = 4;
const KEPT_SECONDS = 24 * 3600;

/**
 * The moments at which requests to a destination may begin, one after the other, given out by the table to all functions: so
 * a limit holds over all of them, and over restarts. Costs a write for each request, and only where there is a limit.
 */
export class Slots {
  /** The first free moment, as it was seen last. */
  private readonly seen = new Map<string, number>();
  /** Conversations that were sent away without a slot, by relay, and when. */
  private readonly waiting = new Map<string, Map<string, number>>();

  constructor(private readonly parts: SlotsParts) {}

  /** Whoever asks can wait for `patienceMs`. */
  async take(relay: string, perSecond: number, patienceMs: number, timeoutMs: number): Promise<Slot> {
    const everyMs = 1_000 / perSecond;
    const waitsMs = Math.min(patienceMs, WAITS_MS);
    for (let tried = 0; tried < TRIES; tried += 1) {
      const now = this.parts.clock();
      const known = this.seen.get(relay);
      // What is known here only says which of the two requests is worth trying: the table decides.
      const isIdle = known === undefined || known < now || known > now + NO_MOMENT_MS;
      const next = isIdle
        ? await this.update(
            relay,
            "SET nextAt = :next, expiresAt = :expires",
            "attribute_not_exists(nextAt) OR nextAt < :now OR nextAt > :never",
            { ":next": now + everyMs, ":now": now, ":never": now + NO_MOMENT_MS },
            timeoutMs,
          )
        : await this.update(
            relay,
            "SET nextAt = nextAt + :every, expiresAt = :expires",
            "nextAt >= :now AND nextAt <= :last",
            { ":every": everyMs, ":now": now, ":last": now + waitsMs },
            timeoutMs,
          );
      this.seen.set(relay, next.at);
      if (next.taken) return { inMs: Math.max(0, next.at - everyMs - now) };
      if (next.at > now + waitsMs && next.at <= now + NO_MOMENT_MS) return { noneForMs: next.at - now };
    }
    return { noneForMs: WAITS_MS };
  }

  /** How long those take who wait for slots of this relay beside this conversation, as far as this function has seen them lately. */
  crowdMs(relay: string, conversation: string, perSecond: number): number {
    const now = performance.now();
    const waiting = this.waiting.get(relay) ?? new Map<string, number>();
    this.waiting.set(relay, waiting);
    waiting.delete(conversation);
    waiting.set(conversation, now);
    // The oldest come first.
    for (const [one, at] of waiting) if (now - at > LATELY_MS || waiting.size > MOST_WAITING) waiting.delete(one);
    return ((waiting.size - 1) * 1_000) / perSecond;
  }

  /** The first free moment afterwards, and whether the one before it is ours. */
  private async update(
    relay: string,
    change: string,
    condition: string,
    numbers: Readonly<Record<string, number>>,
    timeoutMs: number,
  ): Promise<{ taken: boolean; at: number }> {
    const { call, table, clock } = this.parts;
    const values = { ...numbers, ":expires": Math.ceil(clock() / 1000) + KEPT_SECONDS };
    try {
      const { Attributes } = await call<{ Attributes?: Item }>(
        "dynamodb",
        "UpdateItem",
        {
          TableName: table,
          Key: { id: { S: `limit:${relay}` } },
          UpdateExpression: change,
          ConditionExpression: condition,
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [name, { N: String(value) }]),
          ),
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
        timeoutMs,
      );
      return { taken: true, at: atOf(Attributes) };
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") throw error;
      return { taken: false, at: atOf(error.body.Item as Item | undefined) };
    }
  }
}

type Item = Partial<Record<string, { N?: string }>>;

function atOf(item: Item | undefined): number {
  return Number(item?.nextAt?.N ?? 0);
}
