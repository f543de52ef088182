/**
 * Whether an answer holds the signing secret itself. Kustomer's reference shows it on every answer, but other services mask
 * theirs after a while; a mask must never take the place of the secret we know.
 */
export function isSigningSecret(token: string | undefined): token is string {
  return (
    token !== undefined &&
    token.length >= 8 &&
    !/[*•…·\s<[]/.test(token) &&
    !/x{4}/i.test(token) &&
    !/redacted|hidden|masked/i.test(token)
  );
}
