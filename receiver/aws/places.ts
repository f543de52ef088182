import type { Clock } from "../clock";
import { type AwsCall, AwsError } from "./client";

export interface PlacesParts {
  readonly call: AwsCall;
  readonly table: string;
  readonly clock: Clock;
  readonly newToken: () => string;
  /** How many there are. */
  readonly count: number;
}

export interface Place {
  readonly index: number;
  readonly token: string;
}

const ID = "places-to-wait";
const KEPT_SECONDS = 24 * 3600;
/** The item says which are free, so a second try fails only when somebody else was quicker. */
const TRIES = 3;

/** A few places that all functions share, in one item of the table. A place is had until it is freed, or its lease ends. */
export class Places {
  constructor(private readonly parts: PlacesParts) {}

  /** Undefined when all are taken. */
  async take(leaseMs: number, timeoutMs: number): Promise<Place | undefined> {
    const { clock, newToken, count } = this.parts;
    const token = newToken();
    let index = Math.floor(Math.random() * count);
    for (let tried = 0; tried < TRIES; tried += 1) {
      const now = clock();
      try {
        await this.update(
          `SET until${index} = :until, holder${index} = :token, expiresAt = :expires`,
          `attribute_not_exists(until${index}) OR until${index} <= :now`,
          {
            ":until": { N: String(now + leaseMs) },
            ":token": { S: token },
            ":expires": { N: String(Math.ceil(now / 1000) + KEPT_SECONDS) },
            ":now": { N: String(now) },
          },
          timeoutMs,
        );
        return { index, token };
      } catch (error) {
        const item = itemInTheWay(error);
        if (!item) throw error;
        // The answer to an earlier try of this same request was lost.
        if (item[`holder${index}`]?.S === token) return { index, token };
        const free = Array.from({ length: count }, (_, each) => each).find(
          (each) => Number(item[`until${each}`]?.N ?? 0) <= now,
        );
        if (free === undefined) return undefined;
        index = free;
      }
    }
    return undefined;
  }

  async free({ index, token }: Place, timeoutMs: number): Promise<void> {
    try {
      const values = { ":none": { N: "0" }, ":token": { S: token } };
      await this.update(`SET until${index} = :none`, `holder${index} = :token`, values, timeoutMs);
    } catch (error) {
      // Its lease had ended, and somebody else has it.
      if (!itemInTheWay(error)) throw error;
    }
  }

  private update(change: string, condition: string, values: object, timeoutMs: number): Promise<unknown> {
    const input = {
      TableName: this.parts.table,
      Key: { id: { S: ID } },
      UpdateExpression: change,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    };
    return this.parts.call("dynamodb", "UpdateItem", input, timeoutMs);
  }
}

type Item = Partial<Record<string, { S?: string; N?: string }>>;

function itemInTheWay(error: unknown): Item | undefined {
  if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") return undefined;
  return (error.body.Item as Item | undefined) ?? {};
}
