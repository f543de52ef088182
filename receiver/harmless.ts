/**
 * Characters without a form of their own: terminal escapes and the other controls (C0, C1), line and paragraph separators,
 * all that turns or hides the text around it (bidi controls, zero width characters, halves of a surrogate pair), and what is to
 * become such a one.
 */
export const FORMLESS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2065\ufff0-\ufff8\u{e0000}-\u{e00ff}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text that others wrote, safe inside a line: what a terminal would act on is shown instead, as JSON writes it. */
export function harmless(text: string): string {
  return text.replace(FORMLESS, escape);
}

function escape(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
