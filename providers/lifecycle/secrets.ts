const known = new Set<string>();

/** Shorter values would blot out ordinary words. */
const SHORTEST = 6;

/** Remembers a secret of this process, so that no message can carry it out. */
export function remember(...values: unknown[]): void {
  for (const value of values) if (typeof value === "string" && value.length >= SHORTEST) known.add(value);
}

/** The text with every remembered secret blotted out. A remote system may quote in an error what it was sent. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of [...known].sort((one, other) => other.length - one.length))
    clean = clean.replaceAll(secret, "[secret]");
  return clean;
}
