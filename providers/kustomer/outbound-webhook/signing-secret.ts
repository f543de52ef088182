/**
 * Whether an answer holds the signing secret itself. Kustomer's reference shows it on every answer, but other services mask
 * theirs after a while; a mask must never take the place of the secret we know.
 *
 * A secret is random, in any of the usual spellings (hex, base64, a UUID, a JWT), so it may hold a few x in a row by chance.
 * A mask has characters that none of them has, says so in a word, or consists of x and dots for the most part.
 */
export function isSigningSecret(text: string | undefined): text is string {
  return (
    text !== undefined &&
    text.length >= 8 &&
    !/[*•●…·#?\s<>[\]()]/.test(text) &&
    !/\.{3}/.test(text) &&
    !/\b(redacted|hidden|masked)\b/i.test(text) &&
    text.replaceAll(/x/gi, "").length > text.length / 2
  );
}
