import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isSigningSecret } from "../../../../providers/kustomer/outbound-webhook/signing-secret";

const bytes = fc.uint8Array({ minLength: 16, maxLength: 64 }).map((array) => Buffer.from(array));
const jwt = fc
  .tuple(fc.object(), bytes)
  .map(([claims, signature]) =>
    [JSON.stringify({ alg: "HS256" }), JSON.stringify(claims), signature]
      .map((part) => Buffer.from(part).toString("base64url"))
      .join("."),
  );

describe("telling a signing secret from a mask", () => {
  test.each<[string, fc.Arbitrary<string>]>([
    ["hex", bytes.map((buffer) => buffer.toString("hex"))],
    ["base64", bytes.map((buffer) => buffer.toString("base64"))],
    ["base64url", bytes.map((buffer) => buffer.toString("base64url"))],
    ["a UUID", fc.uuid()],
    ["a JWT", jwt],
    ["a random secret with some x in a row", bytes.map((buffer) => `xxxx${buffer.toString("hex")}XXXX`)],
    ["a secret with a prefix", bytes.map((buffer) => `whsec_${buffer.toString("base64url")}`)],
  ])("%s is a secret", (_, secrets) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(isSigningSecret(secret)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    undefined,
    "",
    "abc",
    "********",
    "********9f3a",
    "••••••••9f3a",
    "9f3a…",
    "9f3a....",
    "xxxxxxxx9f3a",
    "xxxx-xxxx-xxxx-9f3a",
    "XXXX1234",
    "<hidden>",
    "[REDACTED]",
    "(not shown)",
    "redacted-for-you",
    "not shown any more",
    "########9f3a",
  ])("%j is none", (mask) => {
    expect(isSigningSecret(mask)).toBe(false);
  });
});
