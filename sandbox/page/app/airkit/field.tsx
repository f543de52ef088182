import type { Overview } from "../../overview";
import { type FormField, isSecret } from "./forms";
import { nameOf } from "./name-of";

/** One field, by what it takes. */
export function Field({
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
