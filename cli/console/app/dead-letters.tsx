import { useCallback, useEffect, useState } from "preact/hooks";
import { type EventQuery, statusFrom } from "../../../receiver/event-query";
import type { DeadLetter, DeadLetterPage } from "../../../receiver/inbox";
import type { SourceView } from "../views";
import { Trouble, useAct } from "./act";
import { Confirm } from "./confirm";
import { CopyButton } from "./kit/copy-button";
import { ageOf } from "./kit/moment";
import { type ViewProps, useNow } from "./live";
import { ask } from "./server";

const AGES = [
  { words: "all", ms: undefined },
  { words: "the last 30 minutes", ms: 30 * 60_000 },
  { words: "the last 2 hours", ms: 2 * 3_600_000 },
  { words: "the last day", ms: 24 * 3_600_000 },
  { words: "the last 7 days", ms: 7 * 24 * 3_600_000 },
] as const;

interface Wishes {
  readonly relay: string;
  readonly event: string;
  readonly status: string;
  readonly error: string;
  readonly conversation: string;
  readonly age: number;
}

const EVERYTHING: Wishes = { relay: "", event: "", status: "", error: "", conversation: "", age: 0 };

/** As the command's options. */
const TEXTS = [
  { field: "relay", label: "Relay", hint: "any" },
  { field: "event", label: "Event", hint: "kustomer.message.*" },
  { field: "status", label: "Status", hint: "410 or 4xx" },
  { field: "error", label: "In the last error", hint: "timeout" },
  { field: "conversation", label: "Conversation", hint: "any" },
] as const;

function queryOf({ status, age, ...texts }: Wishes): EventQuery {
  const ms = AGES[age]?.ms;
  const given = Object.entries(texts).flatMap(([field, text]): [string, string][] =>
    text.trim() === "" ? [] : [[field, text.trim()]],
  );
  return {
    ...Object.fromEntries(given),
    ...(status.trim() !== "" && { status: statusFrom(status.trim()) ?? status.trim() }),
    ...(ms !== undefined && { since: Date.now() - ms }),
  };
}

/** Events that were given up: to filter, read, replay and drop. */
export function DeadLetters({ live }: ViewProps) {
  const receivers = live.sources.filter(({ hasReceiver }) => hasReceiver);
  if (receivers.length === 0)
    return (
      <p class="quiet">No receiver is known here: name the store of one with --store, or a stack with one on AWS.</p>
    );
  return (
    <>
      {receivers.map((source) => (
        <Letters key={source.id} source={source} readOnly={live.readOnly} />
      ))}
    </>
  );
}

function Letters({ source, readOnly }: { source: SourceView; readOnly: boolean }) {
  const [wishes, setWishes] = useState(EVERYTHING);
  const [query, setQuery] = useState<EventQuery>({});
  const [letters, setLetters] = useState<readonly DeadLetter[]>([]);
  const [next, setNext] = useState<number>();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [counted, setCounted] = useState<{ count: number; query: EventQuery }>({ count: 0, query: {} });
  const [told, setTold] = useState("");
  const { busy, trouble, act } = useAct();
  const now = useNow();
  const { id } = source;

  const load = useCallback(
    (wanted: EventQuery, after?: number) =>
      act(async () => {
        const page = await ask<DeadLetterPage>("letters/list", { source: id, query: wanted, after });
        setLetters((before) => (after === undefined ? page.letters : [...before, ...page.letters]));
        setNext(page.next);
        if (after === undefined) setChosen(new Set());
      }),
    [act, id],
  );
  useEffect(() => void load({}), [load]);

  const filter = (event: Event): void => {
    event.preventDefault();
    const wanted = queryOf(wishes);
    setQuery(wanted);
    void load(wanted);
  };
  const meant: EventQuery = chosen.size > 0 ? { seqs: [...chosen] } : query;
  const which = chosen.size > 0 ? "chosen" : "all that match";
  const actOn = (action: "replay" | "drop", done: string) => (
    <Confirm
      label={`${action} ${which}`}
      danger={action === "drop"}
      disabled={busy || readOnly || letters.length === 0}
      question={
        action === "drop"
          ? `Delete ${events(counted.count)} for good?`
          : `Put ${events(counted.count)} back into the queue, behind what their conversations have waiting?`
      }
      yes={`${action} ${counted.count}`}
      onAsk={() =>
        act(async () => {
          setCounted(await ask("letters/count", { source: id, query: meant }));
        })
      }
      onYes={() =>
        void act(async () => {
          const acted = await ask<number>(`letters/${action}`, { source: id, query: counted.query });
          setTold(`${events(acted)} ${done}.`);
          await load(query);
        })
      }
    />
  );
  return (
    <section class="stack" aria-label={source.name}>
      <h3>
        {source.kind === "stack" ? "Stack" : "Receiver"} {source.name}
      </h3>
      <form class="card row" aria-label="Filter" onSubmit={filter}>
        {TEXTS.map(({ field, label, hint }) => (
          <label key={field}>
            <span>{label}</span>
            <input
              type="text"
              value={wishes[field]}
              placeholder={hint}
              autoComplete="off"
              spellcheck={false}
              onInput={(event) => {
                setWishes({ ...wishes, [field]: event.currentTarget.value });
              }}
            />
          </label>
        ))}
        <label>
          <span>Given up in</span>
          <select
            value={wishes.age}
            onChange={(event) => {
              setWishes({ ...wishes, age: Number(event.currentTarget.value) });
            }}
          >
            {AGES.map(({ words }, index) => (
              <option key={words} value={index}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button disabled={busy}>Filter</button>
      </form>
      <div class="row">
        {actOn("replay", "back in the queue")}
        {actOn("drop", "dropped for good")}
        <span role="status">{busy ? "working…" : told}</span>
      </div>
      <Trouble text={trouble} />
      {letters.length === 0 && !busy && (
        <p class="quiet">There are no dead letters{Object.keys(query).length === 0 ? "" : " that match"}.</p>
      )}
      {letters.length > 0 && (
        <div class="card scroll" tabIndex={0} role="region" aria-label="Dead letters">
          <table>
            <thead>
              <tr>
                <th scope="col">
                  <span class="visually-hidden">chosen</span>
                </th>
                <th scope="col">id</th>
                <th scope="col">event</th>
                <th scope="col">destination</th>
                <th scope="col">given up</th>
                <th scope="col">tries</th>
                <th scope="col">error</th>
              </tr>
            </thead>
            <tbody>
              {letters.map((letter) => (
                <Row
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
            show more
          </button>
        </p>
      )}
    </section>
  );
}

function Row({
  source,
  letter,
  now,
  isChosen,
  choose,
}: {
  source: string;
  letter: DeadLetter;
  now: number;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
}) {
  const [body, setBody] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const { trouble, act } = useAct();
  const toggle = (): void => {
    setOpen(!isOpen);
    if (isOpen || body !== undefined) return;
    void act(async () => {
      const shown = await ask<{ body?: string }>("letters/show", { source, seq: letter.seq });
      setBody(shown.body ?? "");
    });
  };
  return (
    <>
      <tr>
        <td>
          <input
            type="checkbox"
            aria-label={`choose ${letter.seq}`}
            checked={isChosen}
            onChange={(event) => {
              choose(event.currentTarget.checked);
            }}
          />
        </td>
        <td>
          <button type="button" aria-expanded={isOpen} aria-label={`read ${letter.seq}`} onClick={toggle}>
            {letter.seq}
          </button>
        </td>
        <td>{letter.name ?? letter.id}</td>
        <td>{letter.destination}</td>
        <td>{ageOf(letter.diedAt, now)} ago</td>
        <td>{letter.attempts}</td>
        <td class="wide">{letter.error}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={7}>
            <div class="stack">
              <dl class="fields">
                {factsOf(letter).map(([label, value]) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
              <Trouble text={trouble} />
              {body !== undefined && (
                <>
                  <div class="row spread">
                    <h4>The event itself</h4>
                    <CopyButton what="the event" text={body} />
                  </div>
                  <pre tabIndex={0} role="region" aria-label="The event itself">
                    {indented(body)}
                  </pre>
                </>
              )}
            </div>
          </td>
        </tr>
      )}
    </>
  );
}

function factsOf(letter: DeadLetter): [string, string][] {
  const facts: [string, string | undefined][] = [
    ["Event", letter.id],
    ["Name", letter.name],
    ["Conversation", letter.conversation],
    ["Size", `${letter.bytes} bytes`],
    ["Received", new Date(letter.receivedAt).toISOString()],
    ["Given up", new Date(letter.diedAt).toISOString()],
    ["Tries", String(letter.attempts)],
    ["Last error", letter.error],
    ["The destination said", letter.excerpt],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]]));
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}

function events(count: number): string {
  return count === 1 ? "1 event" : `${count} events`;
}
