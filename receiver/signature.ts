import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

/** A secret that may sign events now. During a rotation there are two; the label tells an owner which one is still in use. */
export interface SigningSecret {
  readonly label: string;
  readonly key: KeyObject;
}

export type Refusal = "no-secret" | "signature-missing" | "signature-malformed" | "signature-mismatch";

export type Verdict =
  { readonly verified: true; readonly secret: SigningSecret } | { readonly verified: false; readonly why: Refusal };

/** Node decodes hex leniently (it stops at the first bad character), so the shape is checked before decoding. */
const HEX_SHA256 = /^[0-9a-fA-F]{64}$/;

/** The first value is the current secret, the next ones are those it replaced. Blank and repeated values are left out. */
export function signingSecrets(values: readonly string[]): SigningSecret[] {
  const distinct = [...new Set(values.filter((value) => value.trim() !== ""))];
  return distinct.map((value, index) => ({ label: labelAt(index), key: createSecretKey(value, "utf8") }));
}

function labelAt(index: number): string {
  if (index === 0) return "current";
  return index === 1 ? "previous" : `previous-${index}`;
}

/** Lowercase hex HMAC-SHA256 of the raw bytes: how Kustomer signs a webhook's body. */
export function sign(body: Uint8Array, secret: SigningSecret): string {
  return createHmac("sha256", secret.key).update(body).digest("hex");
}

/** What shows without any secret: that there is no signature, or something that cannot be one. */
export function malformation(header: string | undefined): Refusal | undefined {
  if (header === undefined) return "signature-missing";
  return HEX_SHA256.test(header) ? undefined : "signature-malformed";
}

/**
 * Checks a signature header against every active secret. All of them are always computed, and each comparison takes the
 * same time whatever the bytes, so the time taken tells nothing. With no secret nothing is accepted.
 */
export function verify(body: Uint8Array, header: string | undefined, secrets: readonly SigningSecret[]): Verdict {
  if (secrets.length === 0) return { verified: false, why: "no-secret" };
  const why = malformation(header);
  if (why !== undefined) return { verified: false, why };
  const claimed = Buffer.from(header ?? "", "hex");
  let matched: SigningSecret | undefined;
  for (const secret of secrets) {
    const expected = createHmac("sha256", secret.key).update(body).digest();
    if (timingSafeEqual(expected, claimed)) matched ??= secret;
  }
  return matched ? { verified: true, secret: matched } : { verified: false, why: "signature-mismatch" };
}
