import { useState } from "preact/hooks";
import { Secret } from "../../../../cli/console/app/kit/secret";
import { RELAY_EVENTS } from "../../../../providers/kustomer/outbound-webhook/events";
import type { WebhookRecord } from "../../../types";
import type { Overview } from "../../overview";
import type { Live } from "../live";
import { sandbox } from "../sandbox";
import { Text } from "../text";

export function Webhooks({ overview, act }: { overview: Overview; act: Live["act"] }) {
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
          class="danger small"
          onClick={() => void act(`${name} was deleted`, () => sandbox.removeWebhook(id))}
        >
          Delete
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
