import { useState } from "preact/hooks";
import type { Part, Picture, Tone } from "../views";
import { ageOf } from "./kit/moment";
import { useNow } from "./live";
import { Sparkline } from "./sparkline";

const WORDS = { good: "fine", warn: "look at it", bad: "wrong", unknown: "not known" } as const;
const TONE_OF_STATUS = { active: "good", pending: "warn", failing: "bad" } as const;

/** Kustomer → receiver → destination, with what goes with it. Opened where something is to be seen, or where there are few. */
export function Relay({ picture, isOneOfFew }: { picture: Picture; isOneOfFew: boolean }) {
  const { name, status, kustomer, receiver, destination, key, steps, lastEventAt, perMinute } = picture;
  const now = useNow();
  const way = [kustomer, receiver, destination].filter((part) => part !== undefined);
  const beside = [key, steps].filter((part) => part !== undefined);
  const worst = worstOf(picture);
  const [opened, setOpened] = useState<boolean>();
  const isOpen = opened ?? (isOneOfFew || worst === "bad" || worst === "warn");
  return (
    <article class="card stack" aria-label={`relay ${name}`}>
      <div class="row spread">
        <h4 class="row title">
          <button
            type="button"
            class="plain disclose"
            aria-expanded={isOpen}
            aria-label={`details of ${name}`}
            onClick={() => {
              setOpened(!isOpen);
            }}
          >
            <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
          </button>
          <span class="name">{name}</span>
          {status !== "unknown" && <span class={`badge ${TONE_OF_STATUS[status]}`}>{status}</span>}
        </h4>
        <span class="row quiet small">
          {!isOpen && <Dots parts={[...way, ...beside]} />}
          {perMinute !== undefined && <Sparkline counts={perMinute} />}
          <span>
            {lastEventAt === undefined ? "last event: not known" : `last event ${ageOf(lastEventAt, now)} ago`}
          </span>
        </span>
      </div>
      {isOpen && (
        <>
          <ol class="way">
            {way.map((part) => (
              <li key={part.title}>
                <PartBox part={part} />
              </li>
            ))}
          </ol>
          {beside.length > 0 && (
            <div class="beside">
              {beside.map((part) => (
                <PartBox key={part.title} part={part} />
              ))}
            </div>
          )}
        </>
      )}
    </article>
  );
}

/** How its parts are at a glance, where it is closed. */
function Dots({ parts }: { parts: readonly Part[] }) {
  return (
    <span class="row dots">
      {parts.map(({ title, tone }) => (
        <span key={title} class={tone} title={`${title}: ${WORDS[tone]}`}>
          <span class="dot" aria-hidden="true" />
          <span class="visually-hidden">
            {title}: {WORDS[tone]}
          </span>
        </span>
      ))}
    </span>
  );
}

function PartBox({ part: { tone, title, lines } }: { part: Part }) {
  const shown = lines.filter((line) => tone === "good" || line.tone !== "good");
  return (
    <div class={`part ${tone}`}>
      <h5>
        <span class="dot" aria-hidden="true" /> {title} <span class="visually-hidden">: {WORDS[tone]}</span>
      </h5>
      <ul>
        {shown.map(({ text, tone: of, next }) => (
          <li key={text}>
            <span class={of === "good" ? "" : of === "unknown" ? "quiet" : of}>{text}</span>
            {next !== undefined && <span class="quiet">; {next}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of all that is known of it. */
export function worstOf({ kustomer, receiver, destination, key, steps, status }: Picture): Tone {
  const tones = [kustomer, receiver, destination, key, steps].flatMap((part) => part?.tone ?? []);
  const all = status === "unknown" ? tones : [...tones, TONE_OF_STATUS[status]];
  return (["bad", "warn", "good"] as const).find((tone) => all.includes(tone)) ?? "unknown";
}
