import { type Overrides, overridesFrom } from "../controls";
import type { AwsCall } from "./client";

/** The one item of the table that holds all relays' overrides, an attribute for each: so nobody overwrites another one's. */
const KEY = { id: { S: "controls" } };
const ATTRIBUTE = "relay:";

export type OverridesByRelay = ReadonlyMap<string, Overrides>;

/** Consistent, so that after a pause was answered nobody reads what was before. */
export async function readOverrides(call: AwsCall, table: string, timeoutMs: number): Promise<OverridesByRelay> {
  const input = { TableName: table, Key: KEY, ConsistentRead: true };
  const { Item = {} } = await call<{ Item?: Record<string, { S?: string }> }>("dynamodb", "GetItem", input, timeoutMs);
  return new Map(
    Object.entries(Item)
      .filter(([name]) => name.startsWith(ATTRIBUTE))
      .map(([name, { S }]) => [name.slice(ATTRIBUTE.length), overridesFrom(S)]),
  );
}

export async function writeOverrides(
  call: AwsCall,
  table: string,
  relay: string,
  overrides: Overrides,
  timeoutMs: number,
): Promise<void> {
  const ends = Object.keys(overrides).length === 0;
  const input = {
    TableName: table,
    Key: KEY,
    ExpressionAttributeNames: { "#relay": ATTRIBUTE + relay },
    UpdateExpression: ends ? "REMOVE #relay" : "SET #relay = :overrides",
    ...(!ends && { ExpressionAttributeValues: { ":overrides": { S: JSON.stringify(overrides) } } }),
  };
  await call("dynamodb", "UpdateItem", input, timeoutMs);
}
