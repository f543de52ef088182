import { useCallback, useEffect, useState } from "preact/hooks";
import type { EventQuery } from "../../../../receiver/event-query";
import type { DeadLetter, DeadLetterPage } from "../../../../receiver/inbox";
import { counted } from "../../../words";
import type { SourceView } from "../../views";
import { Trouble, useAct } from "../act";
import { DialogButton } from "../dialog";
import { Empty } from "../kit/empty";
import { useNow } from "../live";
import { ask } from "../server";
import { SourceName } from "../source-head";
import { Filter } from "./filter";
import { Letter } from "./letter";

const ACTIONS = {
  replay: {
    title: "Replay",
    question: (count: string) => `Put ${count} back into the queue, behind what their conversations have waiting?`,
    done: "back in the queue",
  },
  drop: { title: "Drop", question: (count: string) => `Delete ${count} for good?`, done: "dropped for good" },
} as const;

/** The dead letters of one source. */
export function Letters({ source, readOnly }: { source: SourceView; readOnly: boolean }) {
  const [query, setQuery] = useState<EventQuery>({});
  const [letters, setLetters] = useState<readonly DeadLetter[]>();
  const [next, setNext] = useState<number>();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [meantNow, setMeantNow] = useState<{ count: number; query: EventQuery }>({ count: 0, query: {} });
  const [told, setTold] = useState("");
  const { busy, trouble, act } = useAct();
  const now = useNow();
  const { id, name } = source;

  const load = useCallback(
    (wanted: EventQuery, after?: number) =>
      act(async () => {
        const page = await ask<DeadLetterPage>("letters/list", { source: id, query: wanted, after });
        setLetters((before = []) => (after === undefined ? page.letters : [...before, ...page.letters]));
        setNext(page.next);
        if (after === undefined) setChosen(new Set());
      }),
    [act, id],
  );
  useEffect(() => void load({}), [load]);

  const shown = letters ?? [];
  const isAllChosen = shown.length > 0 && chosen.size === shown.length;
  const meant: EventQuery = chosen.size > 0 ? { seqs: [...chosen] } : query;
  const which = chosen.size > 0 ? `${chosen.size} chosen` : "all that match";
  const actOn = (action: keyof typeof ACTIONS) => {
    const { title, question, done } = ACTIONS[action];
    return (
      <DialogButton
        label={`${title} ${which}`}
        title={`${title} ${counted(meantNow.count, "event")}`}
        yes={`${title} ${meantNow.count}`}
        {...(action === "drop" && { look: "danger" })}
        disabled={busy || readOnly || shown.length === 0}
        onAsk={() =>
          act(async () => {
            setMeantNow(await ask("letters/count", { source: id, query: meant }));
          })
        }
        onYes={() =>
          void act(async () => {
            const acted = await ask<number>(`letters/${action}`, { source: id, query: meantNow.query });
            setTold(`${counted(acted, "event")} ${done}.`);
            await load(query);
          })
        }
      >
        <p>{question(counted(meantNow.count, "event"))}</p>
      </DialogButton>
    );
  };
  return (
    <section class="stack" aria-label={name}>
      <SourceName source={source} />
      <Filter
        busy={busy}
        onQuery={(wanted) => {
          setQuery(wanted);
          void load(wanted);
        }}
      />
      <div class="row">
        {actOn("replay")}
        {actOn("drop")}
        <span role="status" class="quiet">
          {busy ? "Working…" : told}
        </span>
      </div>
      <Trouble text={trouble} />
      {letters?.length === 0 && !busy && trouble === undefined && (
        <Empty title={`There are no dead letters${Object.keys(query).length === 0 ? "" : " that match"}`}>
          What could not be delivered is kept here until somebody replays or drops it.
        </Empty>
      )}
      {shown.length > 0 && (
        <div class="card scroll flush" tabIndex={0} role="region" aria-label="Dead letters">
          <table>
            <thead>
              <tr>
                <th scope="col">
                  <input
                    type="checkbox"
                    aria-label="choose all that are shown"
                    checked={isAllChosen}
                    onChange={() => {
                      setChosen(new Set(isAllChosen ? [] : shown.map(({ seq }) => seq)));
                    }}
                  />
                </th>
                <th scope="col">Id</th>
                <th scope="col">Event</th>
                <th scope="col">Relay</th>
                <th scope="col">Given up</th>
                <th scope="col" class="number">
                  Tries
                </th>
                <th scope="col">Last error</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((letter) => (
                <Letter
                  key={letter.seq}
                  source={id}
                  letter={letter}
                  now={now}
                  isChosen={chosen.has(letter.seq)}
                  choose={(isChosen) => {
                    const others = [...chosen].filter((seq) => seq !== letter.seq);
                    setChosen(new Set(isChosen ? [...others, letter.seq] : others));
                  }}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next !== undefined && (
        <p>
          <button type="button" disabled={busy} onClick={() => void load(query, next)}>
            Show more
          </button>
        </p>
      )}
    </section>
  );
}
