import { expect, test } from "@jest/globals";
import { defaultSettings } from "../../../cli/doctor/default-settings";
import type { State, StateResource } from "../../../cli/doctor/state";

const PLUGIN = "pulumi:providers:kustomer-relay";
const DYNAMIC = "pulumi:providers:pulumi-nodejs";

function resource(type: string, name: string, more: Partial<StateResource> = {}): StateResource {
  const nothing = { inputs: {}, outputs: {}, provider: "", parent: "", dependsOn: {}, pendingDelete: false };
  return { urn: `urn:${type}::${name}`, type, name, id: "1", initErrors: [], ...nothing, ...more };
}

/** A provider, and a webhook that it serves. */
function stateWith(type: string, name: string, inputs: Record<string, unknown>): State {
  const webhook = resource("webhook", "relay", { provider: `urn:${type}::${name}::1` });
  return { resources: [resource(type, name, { inputs }), webhook], pendingOperations: [] };
}

test("a TypeScript program's settings are those of its stack config, and what an operator recorded is none", () => {
  const state = stateWith(DYNAMIC, "default", { "kustomer:org": "acme", version: "1" });
  const config = { "kustomer:org": "acme-eu", "airkit:applied": "{}", "relays:other": "1" };
  expect(defaultSettings(state, config)).toEqual({
    then: { "kustomer:org": "acme" },
    now: { "kustomer:org": "acme-eu" },
  });
});

test("so are those of a program in another language, where they are nested", () => {
  const inputs = { kustomer: '{"org":"acme","webhookLimit":7}', airkit: '{"driver":"console","applied":{"a":"b"}}' };
  const config = { "kustomer-relay:kustomer": '{"org":"acme-eu","webhookLimit":"7"}' };
  expect(defaultSettings(stateWith(PLUGIN, "default_0_2_0", inputs), config)).toEqual({
    then: {
      "kustomer-relay:kustomer.org": "acme",
      "kustomer-relay:kustomer.webhookLimit": "7",
      "kustomer-relay:airkit.driver": "console",
    },
    now: { "kustomer-relay:kustomer.org": "acme-eu", "kustomer-relay:kustomer.webhookLimit": "7" },
  });
});

test("an explicit provider has its settings from the program, and one that serves nothing does not count", () => {
  const explicit = stateWith(PLUGIN, "eu", { kustomer: '{"org":"acme"}' });
  expect(defaultSettings(explicit, {})).toBeUndefined();
  expect(defaultSettings(stateWith(PLUGIN, "default-eu", {}), {})).toBeUndefined();
  const idle = { ...explicit, resources: [resource(DYNAMIC, "default", { inputs: { "kustomer:org": "acme" } })] };
  expect(defaultSettings(idle, {})).toBeUndefined();
});
