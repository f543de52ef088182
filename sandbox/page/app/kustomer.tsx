import { useState } from "preact/hooks";
import { CopyButton } from "../../../cli/console/app/kit/copy-button";
import { timeOf } from "../../../cli/console/app/kit/moment";
import { Secret } from "../../../cli/console/app/kit/secret";
import { KUSTOMER_EVENTS, RELAY_EVENTS } from "../../../providers/kustomer/outbound-webhook/events";
import { RELAY_ROLES } from "../../../providers/kustomer/api-key/roles";
import type { WebhookRecord } from "../../types";
import type { Overview } from "../overview";
import type { Live } from "./live";
import { sandbox } from "./sandbox";

/** Kustomer as an admin sees it: outbound webhooks, API keys, and what was delivered. */
export function Kustomer({ overview, act }: { overview: Overview; act: Live["act"] }) {
  return (
    <section class="stack" aria-labelledby="kustomer">
      <h2 id="kustomer">Kustomer</h2>
      <Webhooks overview={overview} act={act} />
      <SendEvent act={act} />
      <Keys overview={overview} act={act} />
      <Log overview={overview} />
    </section>
  );
}

function Webhooks({ overview, act }: { overview: Overview; act: Live["act"] }) {
  return (
    <div class="card stack">
      <h3>Outbound webhooks</h3>
      {overview.webhooks.length === 0 && <p class="quiet">None yet.</p>}
      {overview.webhooks.map((webhook) => (
        <Webhook key={webhook.id} webhook={webhook} act={act} />
      ))}
      <NewWebhook act={act} />
    </div>
  );
}

function Webhook({ webhook, act }: { webhook: WebhookRecord; act: Live["act"] }) {
  const { id, name, url, events, enabled, isError, token } = webhook;
  return (
    <article class="stack" aria-label={`outbound webhook ${name}`}>
      <div class="row spread">
        <strong>{name}</strong>
        <label class="inline">
          <input
            type="checkbox"
            role="switch"
            aria-label={`${name} enabled`}
            checked={enabled}
            onChange={() =>
              void act(`${name} was switched ${enabled ? "off" : "on"}`, () =>
                sandbox.editWebhook(id, { enabled: !enabled, isError: false }),
              )
            }
          />
          {enabled ? <span class="good">on</span> : <span class="quiet">off</span>}
          {isError && <span class="badge bad">switched off by Kustomer</span>}
        </label>
      </div>
      <code>{url}</code>
      <p class="quiet">{events.join(", ")}</p>
      <div class="row">
        <span class="quiet">signing secret</span>
        <Secret what={`the signing secret of ${name}`} fetchSecret={() => Promise.resolve(token)} />
        <button
          type="button"
          class="danger"
          onClick={() => void act(`${name} was deleted`, () => sandbox.removeWebhook(id))}
        >
          delete
        </button>
      </div>
    </article>
  );
}

function NewWebhook({ act }: { act: Live["act"] }) {
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    const made = await act(`${name} was added`, () =>
      sandbox.createWebhook({ name, url, events: [...RELAY_EVENTS], headers: [], enabled: true }),
    );
    if (made)
      [setName, setUrl].forEach((empty) => {
        empty("");
      });
  };
  return (
    <details>
      <summary>Add outbound webhook</summary>
      <form class="stack" onSubmit={(event) => void add(event)}>
        <Text label="Name" value={name} change={setName} />
        <Text label="URL" value={url} change={setUrl} />
        <button class="primary">Add</button>
      </form>
    </details>
  );
}

function SendEvent({ act }: { act: Live["act"] }) {
  const [name, setName] = useState<string>(RELAY_EVENTS[0] ?? "");
  const [words, setWords] = useState("Hello, where is my order?");
  const send = (event: Event): void => {
    event.preventDefault();
    void act(`Kustomer sent ${name}`, () => sandbox.send(name, { attributes: { preview: words } }));
  };
  return (
    <form class="card stack" onSubmit={send}>
      <h3>Send an event</h3>
      <label>
        <span>Event</span>
        <select
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        >
          {KUSTOMER_EVENTS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <Text label="What the customer writes" value={words} change={setWords} />
      <button class="primary">Send</button>
    </form>
  );
}

function Keys({ overview, act }: { overview: Overview; act: Live["act"] }) {
  const [name, setName] = useState("");
  const [made, setMade] = useState<{ name: string; token: string }>();
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    await act(`the API key ${name} was made`, async () => {
      setMade(await sandbox.createKey({ name, roles: [...RELAY_ROLES] }));
      setName("");
    });
  };
  return (
    <div class="card stack">
      <h3>API keys</h3>
      <ul class="stack">
        {overview.keys.map((key) => (
          <li key={key.id} class="row spread">
            <span>
              {key.name} <code>…{key.lastTokenChars}</code>
            </span>
            <button
              type="button"
              class="danger"
              aria-label={`revoke ${key.name}`}
              onClick={() => void act(`the API key ${key.name} was revoked`, () => sandbox.revokeKey(key.id))}
            >
              revoke
            </button>
          </li>
        ))}
      </ul>
      {made !== undefined && (
        <p class="row" role="status">
          The token of {made.name} is shown this once:
          <Secret what={`the token of ${made.name}`} fetchSecret={() => Promise.resolve(made.token)} />
        </p>
      )}
      <details>
        <summary>Add API key</summary>
        <form class="stack" onSubmit={(event) => void add(event)}>
          <Text label="Name" value={name} change={setName} />
          <p class="quiet">Roles: {RELAY_ROLES.join(", ")}</p>
          <button class="primary">Create</button>
        </form>
      </details>
    </div>
  );
}

function Log({ overview }: { overview: Overview }) {
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

/** A required line of text. */
export function Text({
  label,
  value,
  change,
  required = true,
}: {
  label: string;
  value: string;
  change: (value: string) => void;
  required?: boolean;
}) {
  return (
    <label>
      <span>{label}</span>
      <input
        value={value}
        required={required}
        autoComplete="off"
        spellcheck={false}
        onInput={(event) => {
          change(event.currentTarget.value);
        }}
      />
    </label>
  );
}
