import { account } from "../../providers/airkit/account";
import { conversationHub } from "../../providers/airkit/conversation-hub";
import { resource } from "../../providers/airkit/resource";
import { routingFlow } from "../../providers/airkit/routing-flow";
import { apiKey } from "../../providers/kustomer/api-key";
import { outboundWebhook } from "../../providers/kustomer/outbound-webhook";
import { check } from "../../providers/lifecycle/check";
import { diff } from "../../providers/lifecycle/diff";
import { RelayError } from "../../providers/lifecycle/errors";
import { type Declaration, type Lifecycle, type Listed, onlyInputs } from "../../providers/lifecycle/lifecycle";
import type { Settings } from "../../providers/lifecycle/settings";

/** What can be imported, in the order in which it is shown. */
export const KINDS = ["webhook", "api-key", "account", "resource", "hub", "routing-flow"] as const;
export type Kind = (typeof KINDS)[number];

type Properties = Record<string, unknown>;

/** An object as the state is to hold it. */
export interface ExistingState {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** One kind of object: how it is declared, what there is of it, and what the state is to hold of one. */
export interface Importable {
  readonly declaration: Declaration;
  list(settings: Settings): Promise<Listed[] | undefined>;
  existing(settings: Settings, id: string, given: Properties): Promise<ExistingState>;
}

export const importables: Readonly<Record<Kind, Importable>> = {
  webhook: importable(outboundWebhook),
  "api-key": importable(apiKey),
  account: importable(account),
  resource: importable(resource),
  hub: importable(conversationHub),
  "routing-flow": importable(routingFlow),
};

function importable<Inputs extends object, Outputs extends Inputs, Client>(
  lifecycle: Lifecycle<Inputs, Outputs, Client>,
): Importable {
  const declaration: Declaration = lifecycle;
  return {
    declaration,

    list: async (settings) => lifecycle.list?.(lifecycle.connect(settings)),

    async existing(settings, id, given) {
      const inputs = {
        ...defaultsOf(declaration),
        mark: "",
        ...given,
        ...lifecycle.inputsFromSettings?.(settings),
      } as Inputs;
      const outputs = await lifecycle.existing?.(lifecycle.connect(settings), id, inputs);
      if (outputs === undefined) throw new RelayError("it is no longer there");
      const declared = onlyInputs(declaration, lifecycle.declared?.(outputs) ?? outputs);
      const checked = check(declaration, declared);
      // What could not be declared as it is would be changed by the first `up`.
      const changed = diff(declaration, id, declared, checked.inputs).changed.map(
        (name) => `${name}: cannot be declared as it is in the other system`,
      );
      const [problem] = [...checked.problems, ...changed];
      if (problem !== undefined) throw new RelayError(problem);
      return { id, inputs: checked.inputs, outputs: outputs as Properties };
    },
  };
}

/** What an input is that nobody gives. */
export function defaultsOf({ inputs }: Declaration): Properties {
  const defaults = Object.entries(inputs.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(undefined);
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(defaults);
}
