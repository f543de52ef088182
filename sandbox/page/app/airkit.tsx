import { useEffect, useState } from "preact/hooks";
import { CopyButton } from "../../../cli/console/app/kit/copy-button";
import { timeOf } from "../../../cli/console/app/kit/moment";
import type { AirkitKind } from "../../airkit/forms";
import type { AirkitObject } from "../../airkit/object";
import type { Overview } from "../overview";
import { FORMS, type FormField, KINDS, filled, initialOf, isSecret } from "./airkit-forms";
import type { Live } from "./live";
import { type Place, addressOf, go } from "./place";
import { sandbox } from "./sandbox";

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
        {id === "new" && <Form key={`${kind}-new`} kind={kind} overview={overview} act={act} />}
        {object !== undefined && <Form key={object.id} kind={kind} object={object} overview={overview} act={act} />}
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
        <a href={addressOf({ kind, id: "new" })} onClick={go}>
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

function Form({
  kind,
  object,
  overview,
  act,
}: {
  kind: AirkitKind;
  object?: AirkitObject;
  overview: Overview;
  act: Live["act"];
}) {
  const [values, setValues] = useState(() => initialOf(kind, object));
  const [saved, setSaved] = useState(object?.updatedAt);
  useEffect(() => {
    // Somebody else, for example `pulumi up`, has changed it meanwhile.
    if (object !== undefined && object.updatedAt !== saved) {
      setValues(initialOf(kind, object));
      setSaved(object.updatedAt);
    }
  }, [kind, object, saved]);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const fields = filled(kind, values);
    if (object !== undefined) {
      await act(`${nameOf(object)} was saved`, () =>
        sandbox.editObject(kind, object.id, { ...fields, updatedAt: new Date().toISOString() }),
      );
      return;
    }
    await act(`${String(values.name)} was created in ${FORMS[kind].title}`, async () => {
      const { id } = await sandbox.createObject(kind, fields);
      history.pushState(undefined, "", addressOf({ kind, id }));
      dispatchEvent(new PopStateEvent("popstate"));
    });
  };
  return (
    <form
      class="stack"
      aria-label={object === undefined ? FORMS[kind].create : nameOf(object)}
      onSubmit={(event) => void save(event)}
    >
      <h3>{object === undefined ? FORMS[kind].create : nameOf(object)}</h3>
      {object !== undefined && (
        <p class="row">
          <code>{object.id}</code>
          <CopyButton what="the address of this page" text={location.href} />
        </p>
      )}
      {FORMS[kind].fields.map((field) => (
        <Field
          key={field.property}
          field={field}
          isNew={object === undefined}
          overview={overview}
          value={values[field.property]}
          change={(value) => {
            setValues((before) => ({ ...before, [field.property]: value }));
          }}
        />
      ))}
      <div class="row">
        <button class="primary">{object === undefined ? "Create" : "Save"}</button>
        {object !== undefined && (
          <button
            type="button"
            class="danger"
            onClick={() => void act(`${nameOf(object)} was deleted`, () => sandbox.removeObject(kind, object.id))}
          >
            delete
          </button>
        )}
      </div>
    </form>
  );
}

function Field({
  field,
  isNew,
  overview,
  value,
  change,
}: {
  field: FormField;
  isNew: boolean;
  overview: Overview;
  value: unknown;
  change: (value: unknown) => void;
}) {
  const { label, input, optional } = field;
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  if (input === "check")
    return (
      <label class="inline">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => {
            change(event.currentTarget.checked);
          }}
        />
        {label}
      </label>
    );
  if (typeof input === "object" && "objects" in input) {
    const chosen = Array.isArray(value) ? value.map(String) : [];
    return (
      <fieldset>
        <legend>{label}</legend>
        {overview.airkit[input.objects].map((object) => (
          <label key={object.id} class="inline">
            <input
              type="checkbox"
              checked={chosen.includes(object.id)}
              onChange={(event) => {
                const others = chosen.filter((id) => id !== object.id);
                change(event.currentTarget.checked ? [...others, object.id] : others);
              }}
            />
            {nameOf(object)}
          </label>
        ))}
      </fieldset>
    );
  }
  if (typeof input === "object") {
    const options =
      "object" in input
        ? overview.airkit[input.object].map((object) => ({ value: object.id, shown: nameOf(object) }))
        : input.oneOf.map((one) => ({ value: one, shown: one }));
    return (
      <label>
        <span>{label}</span>
        <select
          value={text}
          required
          onChange={(event) => {
            change(event.currentTarget.value);
          }}
        >
          <option value="">choose</option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.shown}
            </option>
          ))}
        </select>
      </label>
    );
  }
  const common = {
    value: text,
    required: optional !== true && !(isSecret(field) && !isNew),
    autoComplete: "off",
    spellcheck: false,
    onInput: (event: { currentTarget: HTMLInputElement }) => {
      change(event.currentTarget.value);
    },
  };
  return (
    <label>
      <span>
        {label}
        {isSecret(field) && !isNew && " (never shown again; empty leaves it as it is)"}
      </span>
      {input === "number" && <input type="number" {...common} />}
      {isSecret(field) && <input type="password" {...common} />}
      {input === undefined && <input type="text" {...common} />}
    </label>
  );
}

function Received({ overview }: { overview: Overview }) {
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

function nameOf(object: AirkitObject): string {
  return typeof object.name === "string" ? object.name : object.id;
}
