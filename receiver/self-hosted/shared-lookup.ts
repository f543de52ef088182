import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";

type Callback = Parameters<LookupFunction>[2];

const waiting = new Map<string, Callback[]>();

/**
 * Asks for one name once at a time, however many connections to it are made. The process has four threads for such questions,
 * and for reading files: a destination whose name server is silent must not have all of them.
 */
export const sharedLookup: LookupFunction = (hostname, options, callback) => {
  const key = JSON.stringify([hostname, options]);
  const others = waiting.get(key);
  if (others) {
    others.push(callback);
    return;
  }
  waiting.set(key, [callback]);
  lookup(hostname, options, (...answer) => {
    const all = waiting.get(key) ?? [];
    waiting.delete(key);
    for (const one of all) one(...answer);
  });
};
