import { createHmac, timingSafeEqual } from "node:crypto";

/** 96 bits in hexadecimal: nobody finds one by trying. */
const SEAL_LENGTH = 24;

/**
 * A route that whoever has the key knows for one of its own. So a receiver can tell its routes from made-up ones without a list of
 * them, however many there are, and without asking anybody.
 */
export function sealRoute(random: string, key: string): string {
  return random + sealOf(random, key);
}

export function isSealedRoute(route: string, key: string): boolean {
  const expected = Buffer.from(sealOf(route.slice(0, -SEAL_LENGTH), key));
  const found = Buffer.from(route.slice(-SEAL_LENGTH));
  return found.length === expected.length && timingSafeEqual(found, expected);
}

function sealOf(random: string, key: string): string {
  return createHmac("sha256", key).update(random).digest("hex").slice(0, SEAL_LENGTH);
}
