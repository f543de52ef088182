import { CopyButton } from "../../../../cli/console/app/kit/copy-button";
import { timeOf } from "../../../../cli/console/app/kit/moment";
import type { Overview } from "../../overview";

/** What Kustomer has sent, and what became of it. */
export function DeliveryLog({ overview }: { overview: Overview }) {
  const { waiting, failed, givenUp } = overview.deliveries;
  return (
    <div class="card stack">
      <div class="row spread">
        <h3>Delivery log</h3>
        <span class="quiet">
          {waiting} waiting, {failed} failed attempts, {givenUp} given up
        </span>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Time</th>
              <th>Event</th>
              <th>Attempt</th>
              <th>Outcome</th>
            </tr>
          </thead>
          <tbody>
            {overview.transactions.map((one) => (
              <tr key={one.id}>
                <td>{timeOf(one.sentAt)}</td>
                <td>
                  {one.eventName} <CopyButton what={`the id of event ${one.eventId}`} text={one.eventId} />
                </td>
                <td>{one.attempt}</td>
                <td class={one.succeeded ? "good" : "bad"}>
                  {one.outcome}
                  {one.nextRetry !== null && `, again at ${timeOf(one.nextRetry)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
