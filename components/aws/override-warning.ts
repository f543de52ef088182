import * as pulumi from "@pulumi/pulumi";
import { overridesFrom, sentencesOf, standing } from "../../receiver/controls";
import { harmless } from "../../receiver/harmless";
import type { Scope } from "./scope";

const KEY = JSON.stringify({ id: { S: "controls" } });
/** The attribute of a relay's overrides begins with it. */
const ATTRIBUTE = "relay:";

/**
 * Whoever deploys learns what somebody has set above what is declared: `up` takes nothing of it back. Asked of the table that
 * exists already; where it, or the right to read it, is missing there is nothing to say.
 */
export function warnOfOverrides(scope: Scope, receiver: pulumi.Resource, tableName: pulumi.Output<string>): void {
  const { region } = scope.args;
  pulumi.all([tableName, region]).apply(async ([name, where]) => {
    const args = { tableName: name, key: KEY, ...(where !== undefined && { region: where }) };
    const found = await scope.aws.getTableItem(args, { parent: receiver }).catch(() => undefined);
    for (const sentence of overridesIn(found?.item, Date.now()))
      void pulumi.log.warn(`${sentence}. \`kustomer-relay resume --relay NAME --stack STACK\` ends it`, receiver);
  });
}

/** `item`: as DynamoDB writes it in JSON. */
export function overridesIn(item: string | undefined, now: number): string[] {
  return Object.entries(attributesOf(item)).flatMap(([name, { S }]) => {
    if (!name.startsWith(ATTRIBUTE)) return [];
    const sentences = sentencesOf(standing(overridesFrom(S ?? ""), now));
    return sentences.map((sentence) => harmless(`relay "${name.slice(ATTRIBUTE.length)}" is ${sentence}`));
  });
}

function attributesOf(item: string | undefined): Record<string, { S?: string }> {
  try {
    return JSON.parse(item ?? "{}") as Record<string, { S?: string }>;
  } catch {
    return {};
  }
}
