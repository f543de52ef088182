import { FORMLESS } from "./harmless";

/** Of what a destination said to a refused event; enough for the sentence that tells why. */
export const EXCERPT_BYTES = 512;
/** So much is looked at, so that a secret that the cut goes through is found all the same. */
export const EXCERPT_READ_BYTES = 2_048;

/** A part of a header's value this long is taken for a secret. */
const SHORTEST_SECRET = 8;

/** The beginning of an answer's body as text on one line: harmless on a terminal, and without what was sent as a secret. */
export function excerptOf(body: Uint8Array, sent: Readonly<Record<string, string>>): string | undefined {
  let text = new TextDecoder().decode(body.subarray(0, EXCERPT_READ_BYTES));
  for (const secret of secretsOf(sent)) text = text.replaceAll(secret, "[hidden]");
  const line = text.replace(FORMLESS, " ").replace(/\s+/g, " ").trim();
  const cut = new TextDecoder().decode(new TextEncoder().encode(line).subarray(0, EXCERPT_BYTES));
  return cut === "" ? undefined : cut.replace(/\ufffd$/, "");
}

/** Headers that say nothing secret. */
const PLAIN = new Set(["content-type", "x-kustomer-webhook-event", "x-kustomer-relay-event-id"]);

function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(headers).flatMap(([name, value]) =>
    PLAIN.has(name) ? [] : [value, ...value.split(/\s+/)],
  );
  return values.filter((value) => value.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
}
