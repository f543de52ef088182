import { expect, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Organisation, describeClickedTogether } from "../engine/support/clicked-together";

const ROOT = path.resolve(__dirname, "../..");

describeClickedTogether("documented");

test("a relay that was clicked together becomes one of the ready-made stack, its Airkit half named by an operator", async () => {
  const organisation = await Organisation.with("documented", "operator");
  try {
    const { sandbox, shell } = organisation;
    const project = readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8");
    const program = path.join(ROOT, "dist/stack/program.js");
    writeFileSync(path.join(shell.directory, "Pulumi.yaml"), project.replace(/^main: .*$/m, `main: ${program}`));
    const id = (kind: "accounts" | "hubs" | "routing-flows") => sandbox.airkitObjects(kind)[0]?.id ?? "";
    // A name that stack config would take for a number.
    sandbox.editWebhook(sandbox.webhooks()[0]?.id ?? "", { name: "4711" });
    const ids = `--account-id ${id("accounts")} --hub-id ${id("hubs")} --routing-flow-id ${id("routing-flows")}`;
    sandbox.clearRequests();
    await shell.type("pulumi stack init dev");
    await organisation.settings("operator");
    const printed = await organisation.import(`--format yaml --yes ${ids}`);
    expect(printed).toContain(`resource:\n          id: ${organisation.resourceId}`);
    await organisation.changesNothing();
    const outputs = JSON.parse(await shell.type("pulumi stack output --json")) as Record<string, unknown>;
    expect(outputs["relay-4711"]).toMatchObject({ status: "active", operatorSteps: "nothing left to do" });
  } finally {
    await organisation.close();
  }
});
