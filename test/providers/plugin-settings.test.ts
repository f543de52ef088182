import { expect, test } from "@jest/globals";
import { operatorStepText, recordPath, stepFor } from "../../providers/airkit/operator-words";
import { routingFlow } from "../../providers/airkit/routing-flow";
import { isDefaultProvider, respell } from "../../providers/plugin-settings";

const stepOf = (resourceName: string): string => {
  const declared = { values: { name: "Support" }, secretCommand: "", resourceName };
  return operatorStepText(stepFor(routingFlow.kind, declared, ["name"], "r1", { id: "", applied: {} }));
};

test("what is recorded for the default provider is recorded in stack config, where the plugin looks", () => {
  expect(respell(stepOf("support"))).toContain(
    "When done: pulumi config set --path 'kustomer-relay:airkit.applied.support' r1 && pulumi up",
  );
});

test("a provider that the program declares is told by the program: no command is named that would record nothing", () => {
  expect(respell(stepOf("support"), "eu")).toContain(
    'When done: set airkit.applied.support of the provider "eu" to "r1", then run pulumi up',
  );
  expect(respell(stepOf("it's"), "eu")).toContain(`set airkit.applied["it's"] of the provider "eu" to "r1"`);
  expect(respell(`Then: pulumi config rm --path '${recordPath("support")}'`, "eu")).toBe(
    'Then: take airkit.applied.support of the provider "eu" away',
  );
});

test("a command that sets a setting names it by its path", () => {
  expect(respell("run `pulumi config set --secret kustomer:apiKey`")).toBe(
    "run `pulumi config set --path --secret kustomer-relay:kustomer.apiKey`",
  );
  expect(respell(respell("run `pulumi config set kustomer:org <value>`"))).toBe(
    "run `pulumi config set --path kustomer-relay:kustomer.org <value>`",
  );
  expect(respell("pulumi config set --secret kustomerToken")).toBe("pulumi config set --secret kustomerToken");
});

test.each([
  ["default", true],
  ["default_0_2_0", true],
  ["", true],
  ["default-eu", false],
  ["defaults", false],
  ["eu", false],
])("a provider called %j is the engine's own: %s", (name, expected) => {
  expect(isDefaultProvider(name)).toBe(expected);
});
