import * as pulumi from "@pulumi/pulumi";
import { harmless } from "../../receiver/harmless";
import { RELAY_NAME } from "../../receiver/relay-path";

const TIMEOUT_MS = 2_000;

/**
 * Whoever deploys learns what somebody has set above what is declared: `up` takes nothing of it back. Asked of the page on
 * which the receiver tells of itself; where that does not answer there is nothing to say.
 */
export function warnOfOverrides(
  relay: pulumi.Resource,
  observeUrl: pulumi.Input<string>,
  controlsFile: pulumi.Input<string>,
): void {
  pulumi.all([observeUrl, controlsFile]).apply(async ([url, file]) => {
    for (const sentence of await overridesAt(url, file)) void pulumi.log.warn(sentence, relay);
  });
}

/** A sentence for each override of the relays that go by this file. */
export async function overridesAt(observeUrl: string, controlsFile: string): Promise<string[]> {
  try {
    const page = await fetch(new URL("/readyz", observeUrl), { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return sentencesIn(await page.json(), controlsFile);
  } catch {
    return [];
  }
}

function sentencesIn(page: unknown, controlsFile: string): string[] {
  return listOf(page, "relays").flatMap((one) => {
    const { relay, controlsFile: file } = one as Record<string, unknown>;
    // Whoever answers there may be somebody else: a name becomes part of a command, and a sentence of what a terminal shows.
    if (file !== controlsFile || typeof relay !== "string" || !RELAY_NAME.test(relay)) return [];
    const sentences = listOf(one, "overrides").filter((sentence) => typeof sentence === "string");
    return sentences.map(
      (sentence) => `relay "${relay}" is ${harmless(sentence)}. \`kustomer-relay resume --relay ${relay}\` ends it`,
    );
  });
}

function listOf(value: unknown, name: string): unknown[] {
  const list = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return Array.isArray(list) ? list : [];
}
