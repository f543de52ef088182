import { useEffect, useState } from "preact/hooks";
import type { Setup } from "../../setup/step";
import type { RunText, RunView, SourceView } from "../views";
import { openSession } from "./server";

export interface Live {
  readonly sources: readonly SourceView[];
  readonly setups: Readonly<Record<string, Setup>>;
  readonly runs: Readonly<Record<string, RunView>>;
  readonly readOnly: boolean;
  /** Why what is shown may be old. */
  readonly trouble: string | undefined;
}

export interface ViewProps {
  readonly live: Live;
}

/** What is told, by name. */
interface Told {
  readonly source: SourceView;
  readonly setup: { readonly source: string; readonly setup: Setup };
  readonly run: RunView;
  readonly "run-text": RunText;
  readonly ended: null;
}

const NOTHING: Live = { sources: [], setups: {}, runs: {}, readOnly: true, trouble: undefined };

/** What the console tells, as it happens. */
export function useLive(): Live {
  const [live, setLive] = useState(NOTHING);
  useEffect(() => {
    const change = (how: (before: Live) => Partial<Live>): void => {
      setLive((before) => ({ ...before, ...how(before) }));
    };
    const events = new EventSource("/api/live");
    const on = <Name extends keyof Told>(name: Name, how: (data: Told[Name], before: Live) => Partial<Live>): void => {
      events.addEventListener(name, ({ data }: MessageEvent<string>) => {
        change((before) => how(JSON.parse(data) as Told[Name], before));
      });
    };
    on("source", (source, { sources }) => ({
      sources: sources.some(({ id }) => id === source.id)
        ? sources.map((one) => (one.id === source.id ? source : one))
        : [...sources, source],
    }));
    on("setup", ({ source, setup }, { setups }) => ({
      setups: { ...setups, [source]: setup },
    }));
    on("run", (run, { runs }) => ({ runs: { ...runs, [run.source]: run } }));
    on("run-text", ({ source, text }, { runs }) => {
      const run = runs[source];
      return run === undefined ? {} : { runs: { ...runs, [source]: { ...run, text: run.text + text } } };
    });
    const ended = "This session is over: run `kustomer-relay console` again.";
    on("ended", () => {
      events.close();
      return { trouble: ended };
    });
    events.addEventListener("open", () => {
      void openSession().then(
        ({ readOnly }) => {
          change(() => ({ readOnly, trouble: undefined }));
        },
        () => undefined,
      );
    });
    events.addEventListener("error", () => {
      // The browser tries again by itself, unless it was refused.
      const isOver = events.readyState === EventSource.CLOSED;
      change(() => ({ trouble: isOver ? ended : "The console does not answer. What is shown may be old." }));
    });
    return () => {
      events.close();
    };
  }, []);
  return live;
}

/** The time, once a second: ages are shown. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
