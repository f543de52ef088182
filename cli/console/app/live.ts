import { useEffect, useState } from "preact/hooks";
import type { Setup } from "../../setup/step";
import type { RunText, RunView, SourceView } from "../views";
import { listen, openSession, SessionOver } from "./server";

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

/** How each thing that is told changes what is known. */
const CHANGES: { readonly [Name in keyof Told]: (data: Told[Name], before: Live) => Partial<Live> } = {
  source: (source, { sources }) => ({
    sources: sources.some(({ id }) => id === source.id)
      ? sources.map((one) => (one.id === source.id ? source : one))
      : [...sources, source],
  }),
  setup: ({ source, setup }, { setups }) => ({ setups: { ...setups, [source]: setup } }),
  run: (run, { runs }) => ({ runs: { ...runs, [run.source]: run } }),
  "run-text": ({ source, text }, { runs }) => {
    const run = runs[source];
    return run === undefined ? {} : { runs: { ...runs, [source]: { ...run, text: run.text + text } } };
  },
  ended: () => ({ trouble: ENDED }),
};

const ENDED = "This session is over. Open the address that the console has printed in its terminal, or start it again.";
const AWAY = "The console does not answer. What is shown may be old.";
const AGAIN_MS = 1_000;

/** What the console tells, as it happens. */
export function useLive(): Live {
  const [live, setLive] = useState(NOTHING);
  useEffect(() => {
    const stopping = new AbortController();
    const change = (how: (before: Live) => Partial<Live>): void => {
      setLive((before) => ({ ...before, ...how(before) }));
    };
    const tell = <Name extends keyof Told>(name: Name, data: Told[Name]): void => {
      change((before) => CHANGES[name](data, before));
    };
    const follow = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        try {
          const { readOnly } = await openSession();
          change(() => ({ readOnly, trouble: undefined }));
          const last = await listen((event, data) => {
            tell(event as keyof Told, JSON.parse(data) as never);
          }, stopping.signal);
          if (last === "ended") return;
        } catch (error) {
          if (error instanceof SessionOver) {
            change(() => ({ trouble: ENDED }));
            return;
          }
          change(() => ({ trouble: AWAY }));
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    };
    void follow();
    return () => {
      stopping.abort();
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
