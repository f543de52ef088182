import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { Example } from "./support/example";

/** Runs on a copy of an example, whatever comes of it. */
async function onCopy(name: string, work: (example: Example) => Promise<void>): Promise<void> {
  const example = await Example.copied(name);
  try {
    await work(example);
  } finally {
    await example.close();
  }
}

const idsOf = ({ sandbox, ids }: Example): Record<string, string> => ({
  airkitHostname: sandbox.url,
  accountId: ids.account,
  resourceId: ids.resource,
  hubId: ids.hub,
});

// At once, because most of the time they watch whether Kustomer leaves the new webhook on.
test.concurrent("the simple example makes a webhook and leaves one step to a person", () =>
  onCopy("simple", async (example) => {
    await example.stack("dev", "kustomer-relay-simple", idsOf(example));
    await example.up();
    expect(await example.outputs()).toMatchObject({
      status: "pending",
      destinationUrl: example.sandbox.webhooks()[0]?.url,
      operatorSteps: [{ title: 'Create the Routing Flow "support-routing-flow"' }],
    });
    await example.changesNothing();
    expect(await example.destroy()).toContain("Routing Flows > support-routing-flow");
    expect(example.sandbox.webhooks()).toEqual([]);
  }),
);

test.concurrent("the example of existing objects takes over the hub and leaves the rest alone", () =>
  onCopy("existing-airkit-objects", async (example) => {
    const { sandbox, ids, consoleSettings } = example;
    const plain = { ...consoleSettings.plain, ...idsOf(example), webChatId: ids.webChat };
    await example.stack("dev", "kustomer-relay-existing", plain, consoleSettings.secret);
    const account = sandbox.airkitObjects("accounts");
    await example.up();
    expect(await example.outputs()).toMatchObject({ status: "active", operatorSteps: [] });
    expect(sandbox.airkitObjects("hubs")).toMatchObject([{ id: ids.hub, maxWeightPerAgent: 3 }]);
    await example.changesNothing();
    await example.destroy();
    expect(sandbox.airkitObjects("accounts")).toEqual(account);
    expect(sandbox.airkitObjects("resources")).toHaveLength(2);
    expect(sandbox.airkitObjects("hubs")).toEqual([]);
    expect(sandbox.airkitObjects("routing-flows")).toEqual([]);
  }),
);

test.concurrent("the example of an own destination has no Airkit half", () =>
  onCopy("own-destination", async (example) => {
    const destination = `${example.sandbox.url}/internal/sessions/v1/resource/kustomer/${example.ids.resource}/receive-message`;
    await example.stack("dev", "kustomer-relay-own-destination", { destination });
    await example.up();
    expect(await example.outputs()).toMatchObject({ status: "active", destinationUrl: destination });
    expect(example.sandbox.webhooks()).toMatchObject([{ url: destination, name: "events-webhook" }]);
    await example.changesNothing();
    await example.destroy();
    expect(example.sandbox.webhooks()).toEqual([]);
  }),
);

test.concurrent("the example of many environments makes everything in dev", () =>
  onCopy("many-environments", async (example) => {
    const { sandbox, consoleSettings, ids } = example;
    const plain = { ...consoleSettings.plain, airkitHostname: sandbox.url, webChatId: ids.webChat };
    await example.stack("dev", "kustomer-relay-environments", plain, consoleSettings.secret);
    await example.up();
    expect(await example.outputs()).toMatchObject({ status: "active", operatorSteps: [] });
    expect(sandbox.webhooks()).toMatchObject([{ name: "Airkit (dev)" }]);
    await example.changesNothing();
    await example.destroy();
    expect(sandbox.webhooks()).toEqual([]);
    expect(sandbox.airkitObjects("accounts")).toHaveLength(1);
  }),
);

const byAnOperator = ({ sandbox, ids }: Example): Record<string, string> => ({
  airkitHostname: sandbox.url,
  webChatId: ids.webChat,
  "made.accountId": ids.account,
  "made.resourceId": ids.resource,
  "made.hubId": ids.hub,
});

test.concurrent("the example of many environments is an operator's in staging", () =>
  onCopy("many-environments", async (example) => {
    await example.stack("staging", "kustomer-relay-environments", byAnOperator(example));
    await example.up();
    expect(await example.outputs()).toMatchObject({ status: "pending" });
    await example.changesNothing();
    await example.destroy();
    expect(example.sandbox.webhooks()).toEqual([]);
  }),
);

test.concurrent("the example of many environments is protected in prod", () =>
  onCopy("many-environments", async (example) => {
    await example.stack("prod", "kustomer-relay-environments", byAnOperator(example));
    await example.up();
    expect(await example.shell.failureOf("pulumi destroy --yes --skip-preview")).toContain("it is protected");
    expect(example.sandbox.webhooks()).toMatchObject([{ name: "Airkit (prod)" }]);
  }),
);

test("the examples compile as their own tsconfig.json asks", () => {
  const root = path.resolve(__dirname, "../..");
  const files = new Map<string, string[]>();
  for (const name of ["simple", "many-environments", "existing-airkit-objects", "own-destination", "aws"]) {
    const folder = path.join(root, "examples", name);
    const config = readFileSync(path.join(folder, "tsconfig.json"), "utf8");
    files.set(config, [...(files.get(config) ?? []), path.join(folder, "index.ts")]);
  }
  // In place of the node_modules of somebody who installed it.
  const paths = {
    "pulumi-kustomer-relay": [path.join(root, "dist/index.d.ts")],
    "pulumi-kustomer-relay/aws": [path.join(root, "dist/aws.d.ts")],
  };
  // Those that ask for the same are compiled at once, which takes a fifth of the time.
  const mistakes = [...files].flatMap(([config, names]) => {
    const { options } = ts.parseJsonConfigFileContent(JSON.parse(config), ts.sys, root);
    const program = ts.createProgram(names, { ...options, paths, noEmit: true, skipLibCheck: true });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  });
  expect([...files.values()].flat()).toHaveLength(5);
  expect(mistakes).toEqual([]);
});
