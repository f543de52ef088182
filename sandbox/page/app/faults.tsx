import { useState } from "preact/hooks";
import type { Live } from "./live";
import { type OrderedFault, sandbox } from "./sandbox";

/** What can be made to go wrong with the next requests, in words. */
const FAULTS: readonly { readonly words: string; readonly fault: OrderedFault }[] = [
  {
    words: "Kustomer switches the next webhook that is made off again",
    fault: { kind: "switch-off", on: { method: "POST", pathPattern: "/v1/outbound-webhooks" } },
  },
  { words: "Kustomer answers the next request with 500", fault: { ...fault("status", "/v1/"), status: 500 } },
  { words: "Kustomer refuses the next request for want of budget (429)", fault: fault("rate-limited", "/v1/") },
  { words: "Kustomer's next answer is lost on the way", fault: fault("drop-after", "/v1/") },
  { words: "Airkit answers the next event with 503", fault: { ...fault("status", "/internal/"), status: 503 } },
  { words: "Airkit answers the next event late (8 seconds)", fault: { ...fault("slow", "/internal/"), ms: 8000 } },
];

function fault(kind: OrderedFault["kind"], pathPattern: string): OrderedFault {
  return { kind, on: { pathPattern } };
}

export function Faults({ act }: { act: Live["act"] }) {
  const [chosen, setChosen] = useState(0);
  const [times, setTimes] = useState(1);
  const order = (event: Event): void => {
    event.preventDefault();
    const one = FAULTS[chosen];
    if (one !== undefined) void act(`ordered: ${one.words}`, () => sandbox.order({ ...one.fault, times }));
  };
  return (
    <form class="card row faults" aria-label="Faults to order" onSubmit={order}>
      <label class="grow">
        <span>Let something go wrong</span>
        <select
          value={chosen}
          onChange={(event) => {
            setChosen(Number(event.currentTarget.value));
          }}
        >
          {FAULTS.map(({ words }, index) => (
            <option key={words} value={index}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label class="few">
        <span>Times</span>
        <input
          type="number"
          min={1}
          max={100}
          value={times}
          onInput={(event) => {
            setTimes(Math.max(1, Number(event.currentTarget.value)));
          }}
        />
      </label>
      <button>Order</button>
      <button type="button" onClick={() => void act("all faults were taken back", () => sandbox.clearFaults())}>
        Take all back
      </button>
    </form>
  );
}
