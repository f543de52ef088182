import { type Overrides, overridesFrom } from "../controls";
import { type AwsCall, AwsError } from "./client";

/** The one item of the table that holds all relays' overrides, an attribute for each: so nobody overwrites another one's. */
const KEY = { id: { S: "controls" } };
const ATTRIBUTE = "relay:";
/** Of somebody who changes the same relay's at the same moment. */
const TRIES = 5;

export type OverridesByRelay = ReadonlyMap<string, Overrides>;

/** As DynamoDB gives it: text, if it is ours. */
type Attribute = Readonly<Record<string, unknown>>;

/** Consistent, so that after a pause was answered nobody reads what was before. */
export async function readOverrides(call: AwsCall, table: string, timeoutMs: number): Promise<OverridesByRelay> {
  const item = await readItem(call, table, timeoutMs);
  return new Map(
    Object.entries(item)
      .filter(([name]) => name.startsWith(ATTRIBUTE))
      .map(([name, attribute]) => [name.slice(ATTRIBUTE.length), overridesIn(attribute)]),
  );
}

/** Changes what stands there at that moment: two people who act on a relay at once both have their way. */
export async function changeOverrides(
  call: AwsCall,
  table: string,
  relay: string,
  change: (before: Overrides) => Overrides,
  timeoutMs: number,
): Promise<Overrides> {
  const name = ATTRIBUTE + relay;
  for (let tried = 1; ; tried += 1) {
    const before = (await readItem(call, table, timeoutMs))[name];
    const after = change(before === undefined ? {} : overridesIn(before));
    try {
      await call("dynamodb", "UpdateItem", update(table, name, before, after), timeoutMs);
      return after;
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") throw error;
      if (tried === TRIES)
        throw new Error(
          `The overrides of ${relay} are changed by somebody else again and again; nothing was changed.`,
          {
            cause: error,
          },
        );
    }
  }
}

function update(table: string, name: string, before: Attribute | undefined, after: Overrides): object {
  const ends = Object.keys(after).length === 0;
  const values = {
    ...(before !== undefined && { ":before": before }),
    ...(!ends && { ":overrides": { S: JSON.stringify(after) } }),
  };
  return {
    TableName: table,
    Key: KEY,
    ExpressionAttributeNames: { "#relay": name },
    UpdateExpression: ends ? "REMOVE #relay" : "SET #relay = :overrides",
    ConditionExpression: before === undefined ? "attribute_not_exists(#relay)" : "#relay = :before",
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

async function readItem(call: AwsCall, table: string, timeoutMs: number): Promise<Readonly<Record<string, Attribute>>> {
  const input = { TableName: table, Key: KEY, ConsistentRead: true };
  const { Item = {} } = await call<{ Item?: Record<string, Attribute> }>("dynamodb", "GetItem", input, timeoutMs);
  return Item;
}

function overridesIn({ S: text }: Attribute): Overrides {
  return overridesFrom(typeof text === "string" ? text : "");
}
