import { account } from "../../providers/airkit/account";
import { conversationHub } from "../../providers/airkit/conversation-hub";
import { resource } from "../../providers/airkit/resource";
import { routingFlow } from "../../providers/airkit/routing-flow";
import { apiKey } from "../../providers/kustomer/api-key";
import { outboundWebhook } from "../../providers/kustomer/outbound-webhook";
import type { AnyLifecycle, Declaration } from "../../providers/lifecycle/lifecycle";
import type { Listed } from "../../providers/lifecycle/opt-ins";
import { type ExistingState, type Properties, importObject, list } from "../../providers/lifecycle/operations";
import { newRun } from "../../providers/lifecycle/run";
import type { Settings } from "../../providers/lifecycle/settings";
import { printError } from "../print";

/** What can be imported, in the order in which it is shown. */
export const KINDS = ["webhook", "api-key", "account", "resource", "hub", "routing-flow"] as const;
export type Kind = (typeof KINDS)[number];

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

function importable(lifecycle: AnyLifecycle): Importable {
  const run = newRun({
    show: (warning) => {
      printError(`warning: ${warning}`);
    },
  });
  return {
    declaration: lifecycle,
    list: (settings) => list(lifecycle, { settings, run }),
    existing: (settings, id, given) => importObject(lifecycle, { settings, run }, id, given),
  };
}

/** What an input is that nobody gives. */
export function defaultsOf({ inputs }: Declaration): Record<string, unknown> {
  const defaults = Object.entries(inputs).flatMap(([name, { schema }]) => {
    const parsed = schema.safeParse(undefined);
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(defaults);
}
