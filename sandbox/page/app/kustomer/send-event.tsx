import { useState } from "preact/hooks";
import { KUSTOMER_EVENTS, RELAY_EVENTS } from "../../../../providers/kustomer/outbound-webhook/events";
import type { Live } from "../live";
import { sandbox } from "../sandbox";
import { Text } from "../text";

export function SendEvent({ act }: { act: Live["act"] }) {
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
