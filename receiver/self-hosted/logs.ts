import { type DestinationStream, pino, type Logger } from "pino";
import type { ReceiverConfig } from "./config";

export type Log = Logger;

/** Only ids, sizes and timings are ever passed. */
export function createLog(level: ReceiverConfig["logLevel"], stream: DestinationStream): Log {
  const options = { level, base: undefined, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  return pino(options, stream);
}

/** Lets so many through in every second and counts the others: what anybody can provoke must not fill a disk. */
export class Sampler {
  private second = 0;
  private shown = 0;
  private hidden = 0;

  constructor(private readonly perSecond: number) {}

  /** The number kept back since the last one shown, or undefined when this one is to be kept back, too. */
  next(): number | undefined {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.shown = 0;
    }
    if (this.shown >= this.perSecond) {
      this.hidden += 1;
      return undefined;
    }
    this.shown += 1;
    const { hidden } = this;
    this.hidden = 0;
    return hidden;
  }
}
