import type { Going } from "../receiver/admin";
import { printError } from "./print";

/** A line is written anew not more often than this. */
const EVERY_MS = 200;

/**
 * For what takes a while: a line says how far it is, where somebody looks, and Ctrl-C ends it where nothing is half done; a second
 * one ends the process. Whether it was broken off.
 */
export async function whileGoing<T>(
  done: string,
  work: (going: Going) => Promise<T>,
): Promise<{ readonly result: T; readonly broken: boolean }> {
  const aborting = new AbortController();
  const stop = (): void => {
    printError("\nStopping; what is not done stays as it was.");
    aborting.abort();
  };
  let written = -Infinity;
  const onMoved = (moved: number, of: number): void => {
    if (!process.stderr.isTTY || (performance.now() - written < EVERY_MS && moved < of)) return;
    written = performance.now();
    process.stderr.write(`\r${moved} of ${of} ${done}${moved < of ? "" : "\n"}`);
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    const result = await work({ signal: aborting.signal, onMoved });
    return { result, broken: aborting.signal.aborted };
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
