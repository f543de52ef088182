import { useState } from "preact/hooks";
import type { SourceView } from "../views";
import { Trouble } from "./act";
import { ageOf } from "./kit/moment";
import { useNow } from "./live";
import { ask } from "./server";

/** A source answers sooner as a rule; after so long it is said that it does not. */
const SLOW_MS = 4000;

/** Whose things follow. */
export function SourceName({ source: { kind, name } }: { source: SourceView }) {
  return (
    <h3>
      <span class="quiet">{kind === "stack" ? "Stack" : "Receiver"}</span> {name}
    </h3>
  );
}

/** The same, with how fresh they are and a button that asks again. */
export function SourceHead({ source }: { source: SourceView }) {
  const now = useNow();
  const [isPressed, setPressed] = useState(false);
  const { askingSince, toldAt, trouble, name } = source;
  const asked = askingSince === undefined ? undefined : now - askingSince;
  const refresh = async (): Promise<void> => {
    setPressed(true);
    await ask("refresh", { source: source.id }).catch(() => undefined);
    setPressed(false);
  };
  return (
    <>
      <div class="row spread">
        <SourceName source={source} />
        <span class="row quiet small">
          <span>
            {asked !== undefined && asked > SLOW_MS
              ? `slow: asked ${ageOf(askingSince ?? now, now)} ago, no answer yet`
              : toldAt === undefined && trouble === undefined
                ? "asking…"
                : toldAt === undefined
                  ? "not known"
                  : `as of ${ageOf(toldAt, now)} ago`}
          </span>
          <button
            type="button"
            aria-label={`Refresh ${name}`}
            disabled={isPressed || (asked !== undefined && asked > SLOW_MS)}
            onClick={() => void refresh()}
          >
            Refresh
          </button>
        </span>
      </div>
      <Trouble text={trouble} />
    </>
  );
}
