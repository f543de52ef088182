import { useState } from "preact/hooks";
import { type EventQuery, statusFrom } from "../../../../receiver/event-query";

const AGES = [
  { words: "any time", ms: undefined },
  { words: "the last 30 minutes", ms: 30 * 60_000 },
  { words: "the last 2 hours", ms: 2 * 3_600_000 },
  { words: "the last day", ms: 24 * 3_600_000 },
  { words: "the last 7 days", ms: 7 * 24 * 3_600_000 },
] as const;

/** As the command's options. */
const TEXTS = [
  { field: "relay", label: "Relay", hint: "any" },
  { field: "event", label: "Event", hint: "kustomer.message.*" },
  { field: "status", label: "Status", hint: "410 or 4xx", pattern: "[1-5]([0-9]{2}|[xX]{2})" },
  { field: "error", label: "In the last error", hint: "timeout" },
  { field: "conversation", label: "Conversation", hint: "any" },
] as const;

const EVERYTHING = { relay: "", event: "", status: "", error: "", conversation: "", age: 0 };

function queryOf({ status, age, ...texts }: typeof EVERYTHING): EventQuery {
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

/** Which dead letters are meant, by the filters of the command. */
export function Filter({ busy, onQuery }: { busy: boolean; onQuery: (query: EventQuery) => void }) {
  const [wishes, setWishes] = useState(EVERYTHING);
  const filter = (event: Event): void => {
    event.preventDefault();
    onQuery(queryOf(wishes));
  };
  const clear = (): void => {
    setWishes(EVERYTHING);
    onQuery({});
  };
  const isEmpty = Object.values(wishes).every((value) => value === "" || value === 0);
  return (
    <form class="filter" aria-label="Filter" onSubmit={filter}>
      {TEXTS.map(({ field, label, hint, ...more }) => (
        <label key={field}>
          <span>{label}</span>
          <input
            type="text"
            value={wishes[field]}
            placeholder={hint}
            {...more}
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
      <div class="row">
        <button disabled={busy}>Filter</button>
        {!isEmpty && (
          <button type="button" class="plain" disabled={busy} onClick={clear}>
            Clear
          </button>
        )}
      </div>
    </form>
  );
}
