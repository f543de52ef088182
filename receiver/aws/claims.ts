import type { Clock } from "../clock";
import { type AwsCall, AwsError } from "./client";

/** What is remembered of an event whose delivery was begun. */
export interface Claim {
  readonly key: string;
  /** Deliveries tried before. */
  readonly attempts: number;
  /** Of these, how many were refused. */
  readonly refusals: number;
  /** How often in a row a function ended while it held the event. */
  readonly crashes: number;
  /** Of this one claim: only who holds it can settle or release it. */
  readonly token: string;
}

export type ClaimResult =
  | { readonly is: "claimed"; readonly claim: Claim }
  /** Delivered or given up before: this is a duplicate. */
  | { readonly is: "over" }
  /** Another function has it, until then at the latest. */
  | { readonly is: "held"; readonly until: number }
  /** Who has had it since then never said what became of it: it ended, or could not write. */
  | { readonly is: "abandoned"; readonly since: number };

export interface ClaimsParts {
  readonly call: AwsCall;
  readonly table: string;
  readonly clock: Clock;
  readonly newToken: () => string;
  readonly step?: (step: ClaimStep) => void;
}

export type ClaimStep = "claimed" | "before-settle" | "settled" | "before-release" | "released";

/**
 * Longer than an event can be anywhere: 13 days in the queue and an hour of Kustomer's retries before that. An event that is
 * forgotten while a copy of it waits would be delivered twice.
 */
const REMEMBERED_SECONDS = 15 * 24 * 3600;

const JUST_CLAIMED_MS = 1_000;

const CONDITION_FAILED = "ConditionalCheckFailedException";
const CLAIMED = "claimed";
const OVER = new Set<string | undefined>(["delivered", "dead"]);

/**
 * One item per event, changed only under conditions, so that of two functions one wins. It recognises what was delivered
 * for longer than SQS does (five minutes), and a lease makes an event that a function took to its grave free again.
 */
export class Claims {
  constructor(private readonly parts: ClaimsParts) {}

  claim(key: string, leaseMs: number, timeoutMs: number): Promise<ClaimResult> {
    return this.take(key, leaseMs, timeoutMs, "attribute_not_exists(id) OR (#state = :claimed AND lease = :none)");
  }

  /** Takes what was abandoned; that a function ended with it is counted. */
  takeOver(key: string, leaseMs: number, timeoutMs: number, ended: boolean): Promise<ClaimResult> {
    const abandoned = "#state = :claimed AND lease > :none AND lease <= :now";
    return this.take(key, leaseMs, timeoutMs, abandoned, {
      ":now": { N: String(this.parts.clock()) },
      ":crashes": { N: ended ? "1" : "0" },
    });
  }

  private async take(
    key: string,
    leaseMs: number,
    timeoutMs: number,
    condition: string,
    counting?: Values,
  ): Promise<ClaimResult> {
    const now = this.parts.clock();
    const token = this.parts.newToken();
    const changes = "SET #state = :claimed, lease = :lease, since = :since, holder = :token, expiresAt = :expires";
    try {
      const { Attributes } = await this.update<{ Attributes?: Item }>(
        key,
        {
          UpdateExpression: counting ? `${changes} ADD crashes :crashes` : changes,
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: {
            ":claimed": { S: CLAIMED },
            ":none": { N: "0" },
            ":lease": { N: String(now + leaseMs) },
            ":since": { N: String(now) },
            ":token": { S: token },
            ":expires": { N: this.expiry(now) },
            ...counting,
          },
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
        timeoutMs,
      );
      this.parts.step?.("claimed");
      return { is: "claimed", claim: { key, token, ...countsOf(Attributes) } };
    } catch (error) {
      const item = conflicting(error);
      if (!item) throw error;
      // The answer to an earlier try of this same request was lost.
      if (item.holder?.S === token) return { is: "claimed", claim: { key, token, ...countsOf(item) } };
      if (OVER.has(item.state?.S)) return { is: "over" };
      // Without a lease it is only just being claimed: not every engine shows an item's changes together.
      const until = Number(item.lease?.N ?? now + JUST_CLAIMED_MS);
      return until > now ? { is: "held", until } : { is: "abandoned", since: Number(item.since?.N ?? 0) };
    }
  }

  /** The event is done with: delivered, or a dead letter. */
  async settle(claim: Claim, as: "delivered" | "dead", timeoutMs: number): Promise<void> {
    this.parts.step?.("before-settle");
    await this.ofHolder(
      claim,
      { UpdateExpression: "SET #state = :state, lease = :none, expiresAt = :expires" },
      { ":state": { S: as } },
      timeoutMs,
    );
    this.parts.step?.("settled");
  }

  /** Free for the next try. That a function lived to say so clears the event of having ended others. */
  async release(claim: Claim, tried: { attempts: number; refusals: number }, timeoutMs: number): Promise<void> {
    this.parts.step?.("before-release");
    await this.ofHolder(
      claim,
      {
        UpdateExpression:
          "SET #state = :state, lease = :none, crashes = :none, expiresAt = :expires, attempts = :a, refusals = :r",
      },
      { ":state": { S: CLAIMED }, ":a": { N: String(tried.attempts) }, ":r": { N: String(tried.refusals) } },
      timeoutMs,
    );
    this.parts.step?.("released");
  }

  /** Does nothing when somebody else has taken the event over meanwhile: what happens to it is theirs to say. */
  private async ofHolder(claim: Claim, update: object, values: Values, timeoutMs: number): Promise<void> {
    try {
      await this.update(
        claim.key,
        {
          ...update,
          ConditionExpression: "holder = :token",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: {
            ...values,
            ":token": { S: claim.token },
            ":none": { N: "0" },
            ":expires": { N: this.expiry(this.parts.clock()) },
          },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
        timeoutMs,
      );
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== CONDITION_FAILED) throw error;
    }
  }

  private update<Output>(key: string, input: object, timeoutMs: number): Promise<Output> {
    const { call, table } = this.parts;
    return call<Output>("dynamodb", "UpdateItem", { TableName: table, Key: { id: { S: key } }, ...input }, timeoutMs);
  }

  private expiry(now: number): string {
    return String(Math.ceil(now / 1000) + REMEMBERED_SECONDS);
  }
}

type Values = Record<string, { S: string } | { N: string }>;
type Item = Partial<Record<string, { S?: string; N?: string }>>;

/** The item that was in the way; undefined when it was not the condition that failed, or what is there was not said. */
function conflicting(error: unknown): Item | undefined {
  if (!(error instanceof AwsError) || error.code !== CONDITION_FAILED) return undefined;
  return error.body.Item as Item | undefined;
}

function countsOf(item: Item = {}): Pick<Claim, "attempts" | "refusals" | "crashes"> {
  const count = (name: string): number => Number(item[name]?.N ?? 0);
  return { attempts: count("attempts"), refusals: count("refusals"), crashes: count("crashes") };
}
