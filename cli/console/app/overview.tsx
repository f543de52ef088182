import { sentencesOf } from "../../../receiver/controls";
import { Trouble, useAct } from "./act";
import { ageOf } from "./kit/moment";
import type { Part, Picture, SourceView } from "../views";
import { type ViewProps, useNow } from "./live";
import { ask } from "./server";
import { SourceHead } from "./source-head";
import { Sparkline } from "./sparkline";

const WORDS = { good: "fine", warn: "look at it", bad: "wrong", unknown: "not known" } as const;

/** Every relay as a picture: Kustomer → receiver → destination, with what is so now. */
export function Overview({ live }: ViewProps) {
  return (
    <>
      {live.sources.map((source) => (
        <section key={source.id} class="stack" aria-label={source.name}>
          <SourceHead source={source} />
          {source.pictures.length === 0 && source.toldAt !== undefined && source.trouble === undefined && (
            <p class="quiet">
              No relays yet
              {source.kind === "stack" && (
                <>
                  : <a href="#set-up">set one up</a>
                </>
              )}
              .
            </p>
          )}
          {source.pictures.map((picture) => (
            <Relay key={picture.name} picture={picture} />
          ))}
          <Waiting source={source} readOnly={live.readOnly} />
        </section>
      ))}
    </>
  );
}

function Relay({ picture }: { picture: Picture }) {
  const { name, status, kustomer, receiver, destination, key, steps, lastEventAt, perMinute } = picture;
  const now = useNow();
  const way = [kustomer, ...(receiver === undefined ? [] : [receiver]), destination];
  const beside = [key, steps].filter((part) => part !== undefined);
  return (
    <article class="card stack" aria-label={`relay ${name}`}>
      <div class="row spread">
        <h4>
          {name} {status !== "unknown" && <span class={`badge ${toneOfStatus(status)}`}>{status}</span>}
        </h4>
        <span class="row quiet">
          {perMinute !== undefined && <Sparkline counts={perMinute} />}
          <span>
            {lastEventAt === undefined ? "last event: not known" : `last event ${ageOf(lastEventAt, now)} ago`}
          </span>
        </span>
      </div>
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
    </article>
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

function Waiting({ source: { id, status }, readOnly }: { source: SourceView; readOnly: boolean }) {
  const now = useNow();
  const { busy, trouble, act } = useAct();
  if (status === undefined) return null;
  const { controls } = status;
  const rows = [
    ...status.destinations,
    // Nothing has come yet for these.
    ...controls
      .filter(({ relay }) => !status.destinations.some(({ destination }) => destination === relay))
      .map(({ relay }) => ({
        destination: relay,
        queued: 0,
        retrying: 0,
        deadLetters: 0,
        oldestReceivedAt: undefined,
      })),
  ];
  if (rows.length === 0) return null;
  const controlsOf = (destination: string) => controls.filter(({ relay }) => relay === destination);
  return (
    <div class="card scroll" tabIndex={0} role="region" aria-label="What waits in the receiver">
      <Trouble text={trouble} />
      <table>
        <thead>
          <tr>
            <th scope="col">destination</th>
            <th scope="col">waiting</th>
            <th scope="col">oldest</th>
            <th scope="col">retrying</th>
            <th scope="col">dead letters</th>
            <th scope="col">delivery</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.destination}>
              <th scope="row">{one.destination}</th>
              <td>{one.queued}</td>
              <td>{one.oldestReceivedAt === undefined ? "-" : ageOf(one.oldestReceivedAt, now)}</td>
              <td>{one.retrying}</td>
              <td class={one.deadLetters > 0 ? "bad" : ""}>
                {one.deadLetters > 0 ? <a href="#dead-letters">{one.deadLetters}</a> : one.deadLetters}
              </td>
              <td>
                {controlsOf(one.destination).map(({ relay, paused, maxPerSecond, overrides }) => (
                  <div key={relay} class="row">
                    <span class={paused ? "warn" : ""}>
                      {paused
                        ? "paused"
                        : maxPerSecond === undefined
                          ? "as fast as it can"
                          : `at most ${maxPerSecond} a second`}
                    </span>
                    <button
                      type="button"
                      aria-label={`${paused ? "resume" : "pause"} ${relay}`}
                      disabled={busy || readOnly}
                      onClick={() =>
                        void act(() => ask("override", { source: id, relay, do: paused ? "resume" : "pause" }))
                      }
                    >
                      {paused ? "resume" : "pause"}
                    </button>
                    {sentencesOf(overrides).map((sentence) => (
                      <span key={sentence} class="quiet">
                        Override: {sentence}
                      </span>
                    ))}
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {(status.dashboards ?? []).map((dashboard) => (
        <p key={dashboard} class="quiet">
          Dashboard: <code>{dashboard}</code>
        </p>
      ))}
    </div>
  );
}

function toneOfStatus(status: "active" | "pending" | "failing"): string {
  return { active: "good", pending: "warn", failing: "bad" }[status];
}
