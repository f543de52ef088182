import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Overview } from "../overview";
import { sandbox } from "./sandbox";

const EVERY_MS = 700;

export interface Live {
  readonly overview: Overview | undefined;
  /** What went wrong last, in words; undefined while all is well. */
  readonly trouble: string | undefined;
  /** What just happened, in words. */
  readonly happened: string;
  /** Does something to the sandbox, says so, and looks again at once. */
  readonly act: (what: string, work: () => Promise<unknown>) => Promise<boolean>;
}

/** The sandbox as it is now, asked again and again while the page is looked at. */
export function useLive(): Live {
  const [overview, setOverview] = useState<Overview>();
  const [trouble, setTrouble] = useState<string>();
  const [happened, setHappened] = useState("");
  const shown = useRef("");

  const look = useCallback(async () => {
    try {
      const next = await sandbox.overview();
      const text = JSON.stringify(next);
      // Nothing is drawn anew where nothing has changed: a field that is being filled in stays as it is.
      if (text !== shown.current) setOverview(next);
      shown.current = text;
      setTrouble(undefined);
    } catch {
      setTrouble("the sandbox does not answer");
    }
  }, []);

  useEffect(() => {
    void look();
    const timer = setInterval(() => {
      if (!document.hidden) void look();
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [look]);

  const act = useCallback(
    async (what: string, work: () => Promise<unknown>) => {
      try {
        await work();
        setHappened(what);
        return true;
      } catch (error) {
        setHappened(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      } finally {
        await look();
      }
    },
    [look],
  );
  return { overview, trouble, happened, act };
}
