export interface Reporter {
  /** A line that stays. */
  line(text: string): void;
  /** How far something is. On a terminal each call rewrites the last one; elsewhere the first is written, then one now and then. */
  progress(text: string, first?: boolean): void;
}

export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** A log of a build that takes five minutes should have some twenty lines of it, not three hundred. */
const quietMs = 15_000;

export function stderrReporter(stream: Terminal, now: () => number = () => performance.now()): Reporter {
  let unfinished = false;
  let last = -Infinity;
  return {
    line(text) {
      stream.write(`${unfinished ? "\r\u001b[2K" : ""}${text}\n`);
      unfinished = false;
      last = -Infinity;
    },
    progress(text, first = false) {
      if (stream.isTTY) {
        // A line that wraps cannot be rewritten.
        stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
        unfinished = true;
      } else if (first || now() - last >= quietMs) {
        stream.write(`${text}\n`);
        last = now();
      }
    },
  };
}

/** Reports once a second while the work goes on. */
export async function withProgress<T>(
  report: Reporter,
  describe: (elapsed: string) => string,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const tell = (first: boolean): void => {
    report.progress(describe(minutes(performance.now() - started)), first);
  };
  tell(true);
  const ticker = setInterval(tell, 1_000, false);
  try {
    return await work();
  } finally {
    clearInterval(ticker);
  }
}

function minutes(ms: number): string {
  const total = Math.round(ms / 1_000);
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}
