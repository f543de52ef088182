import { counted } from "../../words";
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
  const isOld = isOlderThan(run, source);
  return (
    <>
      <Trouble text={trouble} />
      {relays.length > 0 && <Relays relays={relays} />}
      <p role="status" class={!isOld && next === "nothing" ? "good" : ""}>
        {isOld && run?.state !== "running" ? "Looking at what is left…" : ""}
        {!isOld && next === "step" ? `${counted(steps.length, "step")} left.` : ""}
        {!isOld && next === "up" ? "All is recorded. Next: pulumi up." : ""}
        {!isOld && next === "nothing" && trouble === undefined && relays.length > 0
          ? "Nothing left to do by hand."
          : ""}
      </p>
      {first !== undefined && <Step key={first.id} source={source.id} step={first} readOnly={readOnly} />}
      {later.length > 0 && (
        <details class="card">
          <summary>After that: {counted(later.length, "more step")}</summary>
          <ol start={2}>
            {later.map(({ id, title }) => (
              <li key={id}>{title}</li>
            ))}
          </ol>
        </details>
      )}
      <Run source={source.id} run={run} isNext={!isOld && next === "up"} readOnly={readOnly} />
    </>
  );
}

/** Whether what is known of a stack is from before the end of an `up`, which may have changed all of it. */
function isOlderThan(run: RunView | undefined, { toldAt = 0, trouble }: SourceView): boolean {
  if (run?.what !== "up" || trouble !== undefined) return false;
  return run.state === "running" || (run.endedAt ?? 0) > toldAt;
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
