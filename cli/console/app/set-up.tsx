import { useState } from "preact/hooks";
import type { Setup, SetupStep } from "../../setup/step";
import type { RunView, SourceView } from "../views";
import { Trouble, useAct } from "./act";
import { CopyButton } from "./kit/copy-button";
import { Secret } from "./kit/secret";
import type { ViewProps } from "./live";
import { Run } from "./run";
import { ask } from "./server";
import { SourceHead } from "./source-head";

/** The operator's steps in order, and the CLI. */
export function SetUp({ live }: ViewProps) {
  const stacks = live.sources.filter(({ kind }) => kind === "stack");
  if (stacks.length === 0)
    return (
      <p class="quiet">
        Nothing to set up here: name a stack with --stack. A receiver is set up with its receiver.yaml.
      </p>
    );
  return (
    <>
      {stacks.map((source) => (
        <section key={source.id} class="stack" aria-label={source.name}>
          <SourceHead source={source} />
          <Steps source={source} setup={live.setups[source.id]} run={live.runs[source.id]} readOnly={live.readOnly} />
        </section>
      ))}
    </>
  );
}

interface StepsProps {
  readonly source: SourceView;
  readonly setup: Setup | undefined;
  readonly run: RunView | undefined;
  readonly readOnly: boolean;
}

function Steps({ source, setup, run, readOnly }: StepsProps) {
  if (setup === undefined) return null;
  const { steps, next, relays, trouble } = setup;
  const [first, ...later] = steps;
  return (
    <>
      <Trouble text={trouble} />
      {relays.length > 0 && (
        <p>
          {relays.map(({ name, status }) => (
            <span key={name} class="row inline-row">
              {name}{" "}
              <span class={`badge ${status === "active" ? "good" : status === "failing" ? "bad" : "warn"}`}>
                {status}
              </span>
            </span>
          ))}
        </p>
      )}
      {first !== undefined && <Step key={first.id} source={source.id} step={first} readOnly={readOnly} />}
      {later.length > 0 && (
        <div class="card">
          <h4>After that</h4>
          <ol class="later">
            {later.map(({ id, title }) => (
              <li key={id}>{title}</li>
            ))}
          </ol>
        </div>
      )}
      <p role="status" class={next === "nothing" ? "good" : ""}>
        {next === "step" ? `${steps.length} ${steps.length === 1 ? "step" : "steps"} left.` : ""}
        {next === "up" ? "All is recorded. Next: pulumi up." : ""}
        {next === "nothing" && trouble === undefined && relays.length > 0 ? "Nothing left to do by hand." : ""}
      </p>
      <Run source={source.id} run={run} isNext={next === "up"} readOnly={readOnly} />
    </>
  );
}

function Step({ source, step, readOnly }: { source: string; step: SetupStep; readOnly: boolean }) {
  const { id, title, page, fields, takes, command } = step;
  const [value, setValue] = useState(takes.suggestion ?? "");
  const { busy, trouble, act } = useAct();
  const record = (event: Event): void => {
    event.preventDefault();
    void act(() => ask("setup/record", { source, step: id, value }));
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
    <form class="card stack" aria-label={title} onSubmit={record}>
      <h4>{title}</h4>
      <p>
        Open: <strong>{page}</strong>
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
      {takes.kind !== "done" && (
        <label>
          <span>{takes.ask}</span>
          {takes.kind === "secret" ? <input type="password" {...entry} /> : <input type="text" {...entry} />}
        </label>
      )}
      <Trouble text={trouble} />
      <div class="row">
        <button class="primary" disabled={busy || readOnly}>
          {busy ? "recording…" : takes.kind === "done" ? "I have done it: record" : "Record"}
        </button>
        <span class="quiet">
          as <code>{command}</code>
        </span>
        <CopyButton what="the command" text={command} />
      </div>
    </form>
  );
}
