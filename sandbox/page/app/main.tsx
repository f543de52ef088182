import { render } from "preact";
import { timeOf } from "../../../cli/console/app/kit/moment";
import type { Overview } from "../overview";
import { Airkit } from "./airkit/airkit";
import { Faults } from "./faults";
import { Kustomer } from "./kustomer/kustomer";
import { useLive } from "./live";
import { usePlace } from "./place";

/** The two systems side by side, to click in as a person would in the real consoles. */
function Page() {
  const { overview, trouble, happened, act } = useLive();
  const place = usePlace();
  return (
    <>
      <header class="row spread bar">
        <h1>Sandbox: Kustomer and Airkit</h1>
        <p class="small" role="status" aria-live="polite">
          {trouble === undefined ? happened || lastRequest(overview) : <span class="bad">{trouble}</span>}
        </p>
      </header>
      {overview === undefined ? (
        <main>
          <p class="quiet">Loading…</p>
        </main>
      ) : (
        <main class="stack">
          <Faults act={act} />
          <div class="sides">
            <Kustomer overview={overview} act={act} />
            <Airkit overview={overview} act={act} place={place} />
          </div>
        </main>
      )}
    </>
  );
}

/** What somebody else, for example `pulumi up`, did last. */
function lastRequest(overview: Overview | undefined): string {
  const [last] = overview?.requests ?? [];
  if (last === undefined) return "Nothing has happened yet.";
  return `${timeOf(last.at)}: ${last.method} ${last.path} was answered ${last.status === 0 ? "by nothing" : last.status}`;
}

const root = document.getElementById("page");
if (root !== null) render(<Page />, root);
