import * as z from "zod";
import { operatorStep } from "../../providers/airkit/operator-step";
import { AIRKIT, ofType } from "../doctor/gather";
import type { State, StateResource } from "../doctor/state";
import { isDefaultProvider } from "../../providers/plugin-settings";
import type { Spelling } from "./spelling";
import type { SetupStep } from "./step";

const books = z.object({ resourceName: z.string(), revision: z.string(), steps: z.array(operatorStep) });

/** A step that an `up` has left. */
export interface StepLeft {
  readonly step: SetupStep;
  /** What is recorded once it is done. */
  readonly revision: string;
  /** Whether that stands in stack config already: the next `up` takes note of it. */
  readonly isRecorded: boolean;
  /** The value of a secret field, by its label. */
  readonly secret: (label: string) => string | undefined;
}

/** What is left to a person after an `up`, as the state has it; `recorded` is what stack config says to be done. */
export function stepsAfterUp(
  state: State,
  recorded: Readonly<Record<string, unknown>>,
  spelling: Spelling,
): StepLeft[] {
  return AIRKIT.flatMap((lifecycle) =>
    ofType(state.resources, lifecycle).flatMap((resource) => {
      const { data } = books.safeParse(resource.outputs);
      if (resource.pendingDelete || data === undefined) return [];
      const { resourceName, revision } = data;
      const fields = lifecycle.kind.form;
      const isProgramsOwn = spelling.isNested && hasOwnProvider(resource, state);
      return data.steps.map(({ title, consolePath, done, ...step }): StepLeft => {
        const shown = step.fields.map((field) =>
          "command" in field ? { label: field.label, secret: true as const } : field,
        );
        return {
          step: {
            id: spelling.recordPathOf(resourceName),
            relay: relayOf(resource, state),
            title,
            page: consolePath,
            fields: shown,
            takes: isProgramsOwn
              ? { kind: "program", ask: "Done as described, and the program says so" }
              : { kind: "done", ask: "Done as described" },
            command: done,
          },
          revision,
          isRecorded: !isProgramsOwn && recorded[resourceName] === revision,
          secret: (label) => {
            const property = fields.find((field) => field.secret && field.label === label)?.property;
            const value = property === undefined ? undefined : resource.outputs[property];
            return typeof value === "string" ? value : undefined;
          },
        };
      });
    }),
  );
}

/** A provider that the program declares has its settings from there: stack config would record nothing for it. */
function hasOwnProvider({ provider }: StateResource, { resources }: State): boolean {
  const used = resources.find(({ urn, id }) => `${urn}::${id}` === provider);
  return used !== undefined && !isDefaultProvider(used.name);
}

function relayOf({ parent }: StateResource, { resources }: State): string {
  return resources.find(({ urn }) => urn === parent)?.name ?? "";
}
