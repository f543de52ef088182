import { timeOf } from "../../../../cli/console/app/kit/moment";
import type { Overview } from "../../overview";

/** What arrived from Kustomer, with the tick of its signature. */
export function Received({ overview }: { overview: Overview }) {
  return (
    <div class="card stack">
      <h3>Received events</h3>
      {overview.received.length === 0 && <p class="quiet">None yet.</p>}
      {overview.received.map((one, index) => (
        <details key={`${one.at}-${one.eventId ?? ""}-${index}`}>
          <summary>
            {timeOf(one.at)} {one.eventName ?? "no event name"}{" "}
            {one.verified ? (
              <span class="good">✓ signature verified</span>
            ) : (
              <span class={one.status < 300 ? "warn" : "bad"}>✗ not verified</span>
            )}{" "}
            <span class="quiet">answered {one.status}</span>
          </summary>
          <pre>{typeof one.body === "string" ? one.body : JSON.stringify(one.body, undefined, 2)}</pre>
        </details>
      ))}
    </div>
  );
}
