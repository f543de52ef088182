import type { SourceView } from "../views";
import { Trouble } from "./act";
import { Delivery } from "./delivery";
import { ageOf } from "./kit/moment";
import { useNow } from "./live";

/** What waits in a source's receivers, and how it is delivered. */
export function Waiting({ source, readOnly }: { source: SourceView; readOnly: boolean }) {
  const { id, status, statusTrouble } = source;
  const now = useNow();
  if (statusTrouble !== undefined)
    return <Trouble text={`What waits in the receiver is not known: ${statusTrouble}`} />;
  if (status === undefined) return null;
  const { controls, destinations, controlsProblem, dashboards = [] } = status;
  const seen = new Set(destinations.map(({ destination }) => destination));
  // Nothing has come yet for these; on AWS a receiver's row stands for all of its relays.
  const others = controls.filter(({ relay }) => !seen.has(relay));
  if (destinations.length + others.length === 0) return null;
  const deliveryOf = (destination: string) => controls.find(({ relay }) => relay === destination);
  return (
    <div class="card scroll flush" tabIndex={0} role="region" aria-label="What waits in the receiver">
      <table>
        <thead>
          <tr>
            <th scope="col">Relay</th>
            <th scope="col" class="number">
              Waiting
            </th>
            <th scope="col" class="number">
              Oldest
            </th>
            <th scope="col" class="number">
              Retrying
            </th>
            <th scope="col" class="number">
              Dead letters
            </th>
            <th scope="col">Delivery</th>
          </tr>
        </thead>
        <tbody>
          {destinations.map(({ destination, queued, oldestReceivedAt, retrying, deadLetters }) => (
            <tr key={destination}>
              <th scope="row">{destination}</th>
              <td class="number">{queued}</td>
              <td class="number">{oldestReceivedAt === undefined ? "–" : ageOf(oldestReceivedAt, now)}</td>
              <td class="number">{retrying}</td>
              <td class={`number ${deadLetters > 0 ? "bad" : ""}`}>
                {deadLetters > 0 ? <a href="#dead-letters">{deadLetters}</a> : 0}
              </td>
              <td>{controlled(deliveryOf(destination))}</td>
            </tr>
          ))}
          {others.map((one) => (
            <tr key={one.relay}>
              <th scope="row">{one.relay}</th>
              {Array.from({ length: 4 }, (_, index) => (
                <td key={index} class="number quiet">
                  –
                </td>
              ))}
              <td>{controlled(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {controlsProblem !== undefined && <p class="warn inside">Overrides are not known: {controlsProblem}</p>}
      {dashboards.map((dashboard) => (
        <p key={dashboard} class="quiet inside">
          Dashboard: <code>{dashboard}</code>
        </p>
      ))}
    </div>
  );

  function controlled(controls: ReturnType<typeof deliveryOf>) {
    return controls && <Delivery source={id} controls={controls} readOnly={readOnly} />;
  }
}
