import { ageOf } from "./kit/moment";
import type { SourceView } from "../views";
import { useNow } from "./live";
import { ask } from "./server";

/** A source answers sooner as a rule; after so long it is said that it does not. */
const SLOW_MS = 4000;

/** Whose things follow, how fresh they are, and a button that asks again. */
export function SourceHead({ source }: { source: SourceView }) {
  const now = useNow();
  const { askingSince, toldAt, trouble, kind, name } = source;
  const asked = askingSince === undefined ? undefined : now - askingSince;
  return (
    <>
      <div class="row spread">
        <h3>
          {kind === "stack" ? "Stack" : "Receiver"} {name}
        </h3>
        <span class="row quiet">
          <span>
            {asked !== undefined && asked > SLOW_MS
              ? `slow: asked ${ageOf(askingSince ?? now, now)} ago, no answer yet`
              : toldAt === undefined
                ? "asking…"
                : `as of ${ageOf(toldAt, now)} ago`}
          </span>
          <button
            type="button"
            aria-label={`ask again: ${name}`}
            disabled={asked !== undefined}
            onClick={() => void ask("refresh", { source: source.id }).catch(() => undefined)}
          >
            ask again
          </button>
        </span>
      </div>
      {trouble !== undefined && (
        <p class="bad" role="alert">
          {trouble}
        </p>
      )}
    </>
  );
}
