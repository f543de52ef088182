import type { Setup } from "../../setup/step";
import type { RunView, SourceView } from "../views";
import { Trouble } from "./act";
import { Empty } from "./kit/empty";
import type { ViewProps } from "./live";
import { Run } from "./run";
import { SourceHead } from "./source-head";
import { Step } from "./step";

/** The operator's steps in order, and the CLI. */
export function SetUp({ live }: ViewProps) {
  const stacks = live.sources.filter(({ kind }) => kind === "stack");
  if (stacks.length === 0)
    return (
      <Empty title="Nothing to set up here">
        Name a stack with <code>--stack</code>. A receiver is set up by its receiver.yaml.
      </Empty>
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
      {relays.length > 0 && <Relays relays={relays} />}
      <p role="status" class={next === "nothing" ? "good" : ""}>
        {next === "step" ? `${steps.length} ${steps.length === 1 ? "step" : "steps"} left.` : ""}
        {next === "up" ? "All is recorded. Next: pulumi up." : ""}
        {next === "nothing" && trouble === undefined && relays.length > 0 ? "Nothing left to do by hand." : ""}
      </p>
      {first !== undefined && <Step key={first.id} source={source.id} step={first} readOnly={readOnly} />}
      {later.length > 0 && (
        <details class="card">
          <summary>After that: {later.length === 1 ? "1 more step" : `${later.length} more steps`}</summary>
          <ol start={2}>
            {later.map(({ id, title }) => (
              <li key={id}>{title}</li>
            ))}
          </ol>
        </details>
      )}
      <Run source={source.id} run={run} isNext={next === "up"} readOnly={readOnly} />
    </>
  );
}

const TONES = { active: "good", pending: "warn", failing: "bad", "not deployed": "quiet" } as const;

function Relays({ relays }: Pick<Setup, "relays">) {
  return (
    <ul class="row plain-list" aria-label="Relays">
      {relays.map(({ name, status }) => (
        <li key={name} class="row">
          <span class="name">{name}</span> <span class={`badge ${TONES[status]}`}>{status}</span>
        </li>
      ))}
    </ul>
  );
}
