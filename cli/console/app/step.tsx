import { useState } from "preact/hooks";
import type { SetupStep } from "../../setup/step";
import { Trouble, useAct } from "./act";
import { CopyButton } from "./kit/copy-button";
import { Secret } from "./kit/secret";
import { ask } from "./server";

/** One step: where to go, what to fill in there, and what to bring back. */
export function Step({ source, step, readOnly }: { source: string; step: SetupStep; readOnly: boolean }) {
  const { id, title, page, fields, takes, command, relay } = step;
  const [value, setValue] = useState(takes.suggestion ?? "");
  const { busy, trouble, act } = useAct();
  const record = (event: Event): void => {
    event.preventDefault();
    void act(async () => {
      await ask("setup/record", { source, step: id, value });
      setValue("");
    });
  };
  const entry = {
    value,
    required: true,
    autoComplete: "off",
    spellcheck: false,
    onInput: (event: { currentTarget: HTMLInputElement }) => {
      setValue(event.currentTarget.value);
    },
  };
  return (
    <form class="card stack next" aria-label={title} onSubmit={record}>
      <div class="row spread">
        <h4>{title}</h4>
        {relay !== "" && <span class="quiet small">relay {relay}</span>}
      </div>
      <p>
        <span class="quiet">Open</span> <strong>{page}</strong>
      </p>
      {fields.length > 0 && (
        <dl class="fields">
          {fields.map((field) => (
            <div key={field.label}>
              <dt>{field.label}</dt>
              <dd>
                {"secret" in field ? (
                  <Secret
                    what={field.label}
                    fetchSecret={() => ask<string>("setup/secret", { source, step: id, label: field.label })}
                  />
                ) : (
                  <span class="row">
                    <code>{field.value}</code>
                    <CopyButton what={field.label} text={field.value} />
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {takes.kind !== "done" && takes.kind !== "program" && (
        <label>
          <span>{takes.ask}</span>
          {takes.kind === "secret" ? <input type="password" {...entry} /> : <input type="text" {...entry} />}
        </label>
      )}
      <Trouble text={trouble} />
      <div class="row">
        {takes.kind !== "program" && (
          <button class="primary" disabled={busy || readOnly}>
            {busy ? "Recording…" : takes.kind === "done" ? "I have done it: record" : "Record"}
          </button>
        )}
        <span class="quiet small row">
          {takes.kind === "program" ? "in the program:" : "as"} <code>{command}</code>{" "}
          <CopyButton what="the command" text={command} />
        </span>
      </div>
    </form>
  );
}
