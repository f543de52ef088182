import { redact } from "./secrets";

/**
 * One run of the engine, as far as a provider sees of it: an edge makes one for its process and passes it to every operation.
 * What one call keeps for another lives here, so that nothing outlives the run or leaks from one to the next.
 */
export interface Run {
  /** Says something, once a run, to the person who runs the program. */
  warn(message: string): void;
  /** The run's one instance of a class, made when first asked for. */
  of<T>(kind: new () => T): T;
  /** Aborted when the person has cancelled: waits end, what was begun is finished. */
  readonly signal: AbortSignal;
}

export interface RunOptions {
  /** Shows one warning. */
  readonly show: (warning: string) => void;
  readonly signal?: AbortSignal;
}

export function newRun({ show, signal = new AbortController().signal }: RunOptions): Run {
  const said = new Set<string>();
  const kept = new Map<new () => unknown, unknown>();
  return {
    signal,

    warn(message) {
      const text = redact(message);
      if (said.has(text)) return;
      said.add(text);
      show(text);
    },

    of<T>(kind: new () => T): T {
      const made = kept.get(kind) ?? new kind();
      kept.set(kind, made);
      return made as T;
    },
  };
}
