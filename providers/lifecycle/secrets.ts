const secrets = new Set<string>();
const sent = new Set<string>();

/** Shorter values would blot out ordinary words. */
const SHORTEST = 6;

/** Remembers a secret of this process, so that no message can carry it out. */
export function remember(...values: unknown[]): void {
  add(secrets, values);
}

/** Remembers what was sent and may be a secret, or an ordinary word: it is blotted out where others quote it. */
export function rememberSent(...values: unknown[]): void {
  add(sent, values);
}

/** The text without any remembered secret. */
export function redact(text: string): string {
  return blotOut(text, [...secrets]);
}

/** Somebody else's words, which may quote what was sent. */
export function redactQuoted(text: string): string {
  return blotOut(text, [...secrets, ...sent]);
}

function add(known: Set<string>, values: unknown[]): void {
  for (const value of values) {
    if (typeof value !== "string" || value.length < SHORTEST) continue;
    // As it is, and as it looks inside quoted JSON or a URL.
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(Buffer.from(value).toString())])
      known.add(form);
  }
}

function blotOut(text: string, known: string[]): string {
  let clean = text;
  // The longest first: one may be a part of another.
  for (const secret of known.sort((one, other) => other.length - one.length))
    clean = clean.replaceAll(secret, "[secret]");
  return clean;
}
