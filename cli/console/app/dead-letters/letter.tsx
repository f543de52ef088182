import { useEffect, useState } from "preact/hooks";
import type { DeadLetter } from "../../../../receiver/inbox";
import { Trouble, useAct } from "../act";
import { CopyButton } from "../kit/copy-button";
import { ageOf } from "../kit/moment";
import { ask } from "../server";

interface LetterProps {
  readonly source: string;
  readonly letter: DeadLetter;
  readonly now: number;
  readonly isChosen: boolean;
  readonly choose: (isChosen: boolean) => void;
}

/** A row of the list, which opens to the letter itself. */
export function Letter({ source, letter, now, isChosen, choose }: LetterProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <tr class={isChosen ? "chosen" : ""}>
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
          <button
            type="button"
            class="plain disclose"
            aria-expanded={isOpen}
            aria-label={`read ${letter.seq}`}
            onClick={() => {
              setOpen(!isOpen);
            }}
          >
            <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span> {letter.seq}
          </button>
        </td>
        <td class="word event">{letter.name ?? letter.id}</td>
        <td class="word">{letter.destination}</td>
        <td class="nowrap" title={new Date(letter.diedAt).toISOString()}>
          {ageOf(letter.diedAt, now)} ago
        </td>
        <td class="number">{letter.attempts}</td>
        <td class="wide">
          <span class="clamp">{letter.error}</span>
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={7}>
            <Opened source={source} letter={letter} />
          </td>
        </tr>
      )}
    </>
  );
}

/** The event itself holds customers' words: it is fetched when somebody reads it, and forgotten when they are done. */
function Opened({ source, letter }: { source: string; letter: DeadLetter }) {
  const [body, setBody] = useState<string>();
  const { trouble, act } = useAct();
  const { seq, headers = {} } = letter;
  useEffect(
    () =>
      void act(async () => {
        const shown = await ask<{ body?: string }>("letters/show", { source, seq });
        setBody(shown.body ?? "");
      }),
    [act, source, seq],
  );
  return (
    <div class="stack">
      <Fields fields={factsOf(letter)} />
      {Object.keys(headers).length > 0 && (
        <>
          <h5>Headers it came with</h5>
          <Fields fields={Object.entries(headers)} isCode />
        </>
      )}
      <Trouble text={trouble} />
      {body !== undefined && (
        <>
          <div class="row spread">
            <h5>The event itself</h5>
            <CopyButton what="the event" text={body} />
          </div>
          <pre tabIndex={0} role="region" aria-label="The event itself">
            {indented(body)}
          </pre>
        </>
      )}
    </div>
  );
}

function Fields({ fields, isCode = false }: { fields: readonly (readonly [string, string])[]; isCode?: boolean }) {
  return (
    <dl class="fields">
      {fields.map(([label, value]) => (
        <div key={label}>
          <dt>{isCode ? <code>{label}</code> : label}</dt>
          <dd>{isCode ? <code>{value}</code> : value}</dd>
        </div>
      ))}
    </dl>
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
