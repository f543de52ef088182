import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { sign, signingSecrets, verify } from "../../receiver/signature";
import { oneSecret } from "./support/secret";

/** Made with OpenSSL 3: printf BODY | openssl dgst -sha256 -hmac KEY -hex. Bodies in hex, because not all are text. */
const MADE_BY_OPENSSL: readonly (readonly [what: string, key: string, bodyHex: string, signature: string])[] = [
  ["an empty body", "whsec-1", "", "b67c2fe618fde5becdd0ceaab44109e1afe95c26c5ddb58f0d32866a7d7bb6b5"],
  ["plain JSON", "whsec-1", hex('{"id":"1"}'), "3a32a4471681607dc47ac353f3e888b12911906ea96d6f3ff958431d819bd55e"],
  [
    "bytes that are not UTF-8",
    "whsec-1",
    hex('{"id":"') + "fffe80" + hex('"}'),
    "b0788ee824a2010789c4598ee2df947ee6289461da58d221f24e750e7c8c01f9",
  ],
  [
    "a byte order mark",
    "whsec-1",
    "efbbbf" + hex('{"id":"1"}'),
    "38646f73cdc5f8f796d326ab8c7c85715c55a288df568c93cafae39095e3463f",
  ],
  ["CRLF", "whsec-1", hex('{\r\n"id":"1"\r\n}'), "58812f888f169027214fa0cd2f106344ba5d7f3a6958d1c168d0f4ac793cc09b"],
  [
    "one key order",
    "whsec-1",
    hex('{"b":1,"a":2}'),
    "3caa7a96a32c7f898a1c7d9571cce21ba9b6257584b9c8238c2bd8f46ac1fe6b",
  ],
  [
    "the other key order",
    "whsec-1",
    hex('{"a":2,"b":1}'),
    "2e66384634f9eb5ca0ae67c5dccb91a1d57ced6d8df817c9ff87b065f53ee2d5",
  ],
  [
    "a unicode escape",
    "whsec-1",
    hex('{"id":"\\u00e9"}'),
    "7207a14781af1ad350e5fc968488489959343b7c75381cc6e3cf5f7dad72aa1b",
  ],
  [
    "the same letter unescaped",
    "whsec-1",
    hex('{"id":"é"}'),
    "34d4e29428292fe0b8f8563f5fedcc6b4702216c89bd7a7604ac426d97b41640",
  ],
  [
    "a key longer than a block",
    "k".repeat(100),
    hex('{"id":"1"}'),
    "3d3e877956be446247782f46a087b2bd91720264a99d0953a138f59ec3b13d79",
  ],
  [
    "a key beyond ASCII",
    "schlüssel",
    hex('{"id":"1"}'),
    "6dfd90d63255ae152a5e852bc8379dc77d06c3ddd0a819b21a7dda39529df305",
  ],
];

function hex(text: string): string {
  return Buffer.from(text).toString("hex");
}

describe("a signature made by OpenSSL", () => {
  test.each(MADE_BY_OPENSSL)("is accepted over %s", (_, key, bodyHex, signature) => {
    const body = Buffer.from(bodyHex, "hex");
    expect(verify(body, signature, signingSecrets([key])).verified).toBe(true);
    expect(verify(body, signature.toUpperCase(), signingSecrets([key])).verified).toBe(true);
  });

  test("over one body fits none of the others", () => {
    const bodies = new Set(MADE_BY_OPENSSL.map(([, , bodyHex]) => bodyHex));
    for (const [, key, own, signature] of MADE_BY_OPENSSL) {
      for (const other of bodies) {
        if (other === own) continue;
        const verdict = verify(Buffer.from(other, "hex"), signature, signingSecrets([key]));
        expect(verdict).toEqual({ verified: false, why: "signature-mismatch" });
      }
    }
  });
});

const bytes = fc.uint8Array({ maxLength: 300 });
const secret = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== "");

describe("any body with any secret", () => {
  test("is refused once a single bit of the body or of the signature is flipped", () => {
    fc.assert(
      fc.property(
        bytes.filter((body) => body.length > 0),
        secret,
        fc.nat(),
        fc.nat(255),
        (body, value, at, bit) => {
          const secrets = signingSecrets([value]);
          const signature = sign(body, oneSecret(value));
          expect(verify(body, signature, secrets).verified).toBe(true);
          expect(verify(flipped(body, at), signature, secrets).verified).toBe(false);
          const bad = Buffer.from(flipped(Buffer.from(signature, "hex"), bit)).toString("hex");
          expect(verify(body, bad, secrets)).toEqual({ verified: false, why: "signature-mismatch" });
        },
      ),
    );
  });

  test("is refused with any header that is not 64 hexadecimal characters", () => {
    const notHex = fc.string({ maxLength: 80 }).filter((text) => !/^[0-9a-fA-F]{64}$/.test(text));
    fc.assert(
      fc.property(bytes, notHex, (body, header) => {
        expect(verify(body, header, signingSecrets(["s"]))).toEqual({ verified: false, why: "signature-malformed" });
      }),
    );
  });
});

function flipped(bytes: Uint8Array, position: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const bit = position % (copy.length * 8);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describe("near misses of a good header", () => {
  const secrets = signingSecrets(["whsec-1"]);
  const body = Buffer.from("{}");
  const good = sign(body, oneSecret("whsec-1"));
  test.each([
    ["a space before it", ` ${good}`],
    ["a newline after it", `${good}\n`],
    ["a sha256= prefix", `sha256=${good}`],
    ["two of them", `${good}, ${good}`],
    ["one character less", good.slice(1)],
    ["one character more", `${good}0`],
    ["the empty string", ""],
  ])("are refused as malformed: %s", (_, header) => {
    expect(verify(body, header, secrets)).toEqual({ verified: false, why: "signature-malformed" });
  });

  test("are refused as missing when there is no header", () => {
    expect(verify(body, undefined, secrets)).toEqual({ verified: false, why: "signature-missing" });
  });
});

describe("during a rotation", () => {
  const body = Buffer.from('{"id":"1"}');
  const signedWith = (value: string): string => sign(body, oneSecret(value));

  test("both secrets are accepted, and it is told which one matched", () => {
    const secrets = signingSecrets(["new", "old"]);
    expect(verify(body, signedWith("new"), secrets)).toMatchObject({ verified: true, secret: { label: "current" } });
    expect(verify(body, signedWith("old"), secrets)).toMatchObject({ verified: true, secret: { label: "previous" } });
  });

  test("the old secret is refused once it is taken away", () => {
    expect(verify(body, signedWith("old"), signingSecrets(["new"])).verified).toBe(false);
  });

  test("every secret is computed even when the first one matches", () => {
    const touched: string[] = [];
    const secrets = signingSecrets(["new", "old"]).map((one) => ({
      label: one.label,
      get key() {
        touched.push(one.label);
        return one.key;
      },
    }));
    verify(body, signedWith("new"), secrets);
    expect(touched).toEqual(["current", "previous"]);
  });
});

test("without a secret nothing is accepted, not even what an empty secret would sign", () => {
  expect(verify(Buffer.from("{}"), "0".repeat(64), [])).toEqual({ verified: false, why: "no-secret" });
  expect(signingSecrets(["", "  "])).toEqual([]);
});
