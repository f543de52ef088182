import { Empty } from "./kit/empty";
import { SourceName } from "./source-head";
import { subjectsOf, summaryOf, unmadeOf } from "../../doctor/group";
import type { SourceView } from "../views";
import { Trouble, useAct } from "./act";
import { ageOf } from "./kit/moment";
import { type ViewProps, useNow } from "./live";
import { ask } from "./server";

const MARKS = { ok: "✓", warn: "!", fail: "✗", skip: "-" } as const;
const TONES = { ok: "good", warn: "warn", fail: "bad", skip: "quiet" } as const;
const WORDS = { ok: "ok", warn: "warning", fail: "failed", skip: "not made" } as const;

/** The doctor's findings by what they are about, and its fixes. */
export function Doctor({ live }: ViewProps) {
  return (
    <>
      {live.sources.map((source) => (
        <Examined key={source.id} source={source} readOnly={live.readOnly} />
      ))}
    </>
  );
}

function Examined({ source, readOnly }: { source: SourceView; readOnly: boolean }) {
  const { busy, trouble, act } = useAct();
  const now = useNow();
  const { report, name, id } = source;
  return (
    <section class="stack" aria-label={name}>
      <div class="row spread">
        <SourceName source={source} />
        <span class="row">
          {report !== undefined && <span class="quiet small">as of {ageOf(report.at, now)} ago</span>}
          <button
            class="primary"
            type="button"
            disabled={busy}
            onClick={() => void act(() => ask("doctor", { source: id }))}
          >
            {busy ? "Examining…" : `Examine ${name}`}
          </button>
        </span>
      </div>
      <Trouble text={trouble} />
      {report === undefined ? (
        <Empty title="Not examined yet">
          The doctor asks Kustomer, and sends the endpoints a probe that no event is made of.
        </Empty>
      ) : (
        <>
          <p role="status">{summaryOf(report)}</p>
          {report.fixes.map(({ check, subject, done }) => (
            <p key={`${check} ${subject}`} class="good">
              {subject}: {done}
            </p>
          ))}
          {subjectsOf(report).map(({ title, results }) => (
            <article key={title} class="card stack">
              <h4>{title}</h4>
              <ul class="findings">
                {results.map((result) => (
                  <li key={result.check}>
                    <span class={TONES[result.level]}>
                      <span aria-hidden="true">{MARKS[result.level]}</span>
                      <span class="visually-hidden">{WORDS[result.level]}: </span>
                    </span>
                    <div>
                      <p>
                        {result.message} <code class="quiet small">{result.check}</code>
                      </p>
                      {result.next !== undefined && <p class="quiet">{result.next}</p>}
                    </div>
                    {result.fixable === true && (
                      <button
                        type="button"
                        disabled={busy || readOnly}
                        aria-label={`fix ${result.check} of ${result.subject}`}
                        onClick={() =>
                          void act(() => ask("fix", { source: id, check: result.check, subject: result.subject }))
                        }
                      >
                        Fix
                      </button>
                    )}
                  </li>
                ))}
              </ul>
            </article>
          ))}
          {unmadeOf(report).map(({ because, count }) => (
            <p key={because} class="quiet">
              {count} not made, because {because} failed
            </p>
          ))}
        </>
      )}
    </section>
  );
}
