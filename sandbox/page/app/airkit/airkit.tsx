import type { AirkitKind } from "../../../airkit/forms";
import type { Overview } from "../../overview";
import type { Live } from "../live";
import { type Place, addressOf, go } from "../place";
import { ObjectForm } from "./object-form";
import { FORMS, KINDS } from "./forms";
import { nameOf } from "./name-of";
import { Received } from "./received";

/** Airkit's console: lists and forms, with the UUID of what is looked at in the address; and what arrived from Kustomer. */
export function Airkit({ overview, act, place }: { overview: Overview; act: Live["act"]; place: Place }) {
  const { kind, id } = place;
  const object = overview.airkit[kind].find((one) => one.id === id);
  return (
    <section class="stack" aria-labelledby="airkit">
      <h2 id="airkit">Airkit</h2>
      <nav class="tabs" aria-label="Airkit's console">
        {KINDS.map((one) => (
          <a key={one} href={addressOf({ kind: one })} aria-current={one === kind ? "page" : undefined} onClick={go}>
            {FORMS[one].title}
          </a>
        ))}
      </nav>
      <div class="card stack">
        <p class="quiet">Console &gt; {FORMS[kind].page}</p>
        {id === undefined && <List overview={overview} kind={kind} />}
        {id === "new" && <ObjectForm key={`${kind}-new`} kind={kind} overview={overview} act={act} />}
        {object !== undefined && (
          <ObjectForm key={object.id} kind={kind} object={object} overview={overview} act={act} />
        )}
        {id !== undefined && id !== "new" && object === undefined && <p class="bad">There is no such object.</p>}
      </div>
      <Received overview={overview} />
    </section>
  );
}

function List({ overview, kind }: { overview: Overview; kind: AirkitKind }) {
  const { create, title } = FORMS[kind];
  return (
    <>
      <div class="row spread">
        <h3>{title}</h3>
        <a class="button" href={addressOf({ kind, id: "new" })} onClick={go}>
          {create}
        </a>
      </div>
      {overview.airkit[kind].length === 0 && <p class="quiet">None yet.</p>}
      <ul>
        {overview.airkit[kind].map((object) => (
          <li key={object.id}>
            <a href={addressOf({ kind, id: object.id })} onClick={go}>
              {nameOf(object)}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
