import { useState } from "preact/hooks";
import { Secret } from "../../../../cli/console/app/kit/secret";
import { RELAY_ROLES } from "../../../../providers/kustomer/api-key/roles";
import type { Overview } from "../../overview";
import type { Live } from "../live";
import { sandbox } from "../sandbox";
import { Text } from "../text";

export function Keys({ overview, act }: { overview: Overview; act: Live["act"] }) {
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
      <ul class="stack keys">
        {overview.keys.map((key) => (
          <li key={key.id} class="row spread">
            <span>
              {key.name} <code>…{key.lastTokenChars}</code>
            </span>
            <button
              type="button"
              class="danger small"
              aria-label={`revoke ${key.name}`}
              onClick={() => void act(`the API key ${key.name} was revoked`, () => sandbox.revokeKey(key.id))}
            >
              Revoke
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
