import { counted } from "../../words";
import type { Picture, SourceView } from "../views";
import { Empty } from "./kit/empty";
import type { ViewProps } from "./live";
import { Relay, worstOf } from "./relay";
import { SourceHead } from "./source-head";
import { Waiting } from "./waiting";

/** So many are shown with all that is known of them; of more, those with something to be seen. */
const FEW = 4;
const WORST_FIRST = ["bad", "warn", "unknown", "good"] as const;
const WORDS = { bad: "wrong", warn: "to look at", unknown: "not known", good: "without known trouble" } as const;

/** Every relay as a picture, with what is so now. */
export function Overview({ live }: ViewProps) {
  return (
    <>
      {live.sources.map((source) => (
        <section key={source.id} class="stack" aria-label={source.name}>
          <SourceHead source={source} />
          <Relays source={source} />
          <Waiting source={source} readOnly={live.readOnly} />
        </section>
      ))}
    </>
  );
}

function Relays({ source: { pictures, kind, toldAt, trouble } }: { source: SourceView }) {
  if (pictures.length === 0) {
    if (toldAt === undefined || trouble !== undefined) return null;
    return kind === "stack" ? (
      <Empty title="No relays yet">
        <a class="button primary" href="#set-up">
          Set one up
        </a>
      </Empty>
    ) : (
      <Empty title="No relays yet">They stand in receiver.yaml, and show here once the receiver runs with it.</Empty>
    );
  }
  const isFew = pictures.length <= FEW;
  const shown = isFew ? pictures : pictures.toSorted((a, b) => placeOf(a) - placeOf(b));
  return (
    <>
      {!isFew && <Summary pictures={pictures} />}
      {shown.map((picture) => (
        <Relay key={picture.name} picture={picture} isOneOfFew={isFew} />
      ))}
    </>
  );
}

function placeOf(picture: Picture): number {
  return WORST_FIRST.indexOf(worstOf(picture));
}

/** `30 relays: 2 wrong, 28 fine` */
function Summary({ pictures }: { pictures: readonly Picture[] }) {
  return (
    <p class="row">
      <strong>{counted(pictures.length, "relay")}</strong>
      {WORST_FIRST.map((tone) => {
        const count = pictures.filter((picture) => worstOf(picture) === tone).length;
        return count === 0 ? null : (
          <span key={tone} class={`badge ${tone}`}>
            {count} {WORDS[tone]}
          </span>
        );
      })}
    </p>
  );
}
