import { useEffect, useState } from "preact/hooks";
import { CopyButton } from "../../../../cli/console/app/kit/copy-button";
import type { AirkitKind } from "../../../airkit/forms";
import type { AirkitObject } from "../../../airkit/object";
import type { Overview } from "../../overview";
import type { Live } from "../live";
import { addressOf } from "../place";
import { sandbox } from "../sandbox";
import { Field } from "./field";
import { FORMS, filled, initialOf } from "./forms";
import { nameOf } from "./name-of";

/** A blank form, or that of an object. */
export function ObjectForm({
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
            Delete
          </button>
        )}
      </div>
    </form>
  );
}
