import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { processesWith } from "../../lab/processes";
import { type Sandbox, startSandbox } from "../../sandbox";
import { quietEngine } from "../../lab/quiet-engine";
import { engineEnv, repoRoot } from "../../toolbox/pulumi";
import { CommandLine } from "../engine/support/command-line";
import { openPage, openTab, seriousFaults, useBrowser } from "./support/browser";
import { startConsole, useConsoles } from "./support/console-process";
import { OperatorByClicks } from "./support/operator";

useBrowser();
useConsoles();

const TAG = randomUUID();
let sandbox: Sandbox;
let shell: CommandLine;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  sandbox = await startSandbox();
  const variables = { CONSOLE_TEST: TAG };
  shell = await CommandLine.open(variables);
  const engine = await quietEngine();
  env = {
    ...engineEnv(engine),
    ...variables,
    PULUMI_BACKEND_URL: `file://${shell.directory}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const program = path.join(repoRoot(), "dist/stack/program.js");
  writeFileSync(path.join(shell.directory, "Pulumi.yaml"), `name: relays\nruntime: nodejs\nmain: ${program}\n`);
  await shell.type("pulumi stack init dev");
  const relay = "kustomer-relay:relays[0]";
  await shell.type(`pulumi config set kustomer:baseUrl ${sandbox.url}`);
  await shell.type("pulumi config set --secret kustomer:apiKey", sandbox.managementKey);
  await shell.type(`pulumi config set --path '${relay}.name' support`);
  await shell.type(`pulumi config set --path '${relay}.airkit.apiHostname' ${sandbox.url}`);
  await shell.type(`pulumi config set --path '${relay}.kustomer.webhook.watchSeconds' 0`);
  const account = sandbox.createAirkitObject("accounts", { name: "Web Chat", integration: "Kustomer", apiKey: "-" });
  const capabilities = ["MESSAGING_SEND_TEXT"];
  sandbox.createAirkitObject("resources", { name: "Web Chat", capabilities, datasourceId: account.id });
});

afterAll(async () => {
  await sandbox.close();
  shell.remove();
});

test("an operator goes from an empty stack to an active relay by clicks in the console and in both systems, and types no id", async () => {
  const process = await startConsole(["--stack", "dev", "--cwd", shell.directory], env);
  const page = await openPage(process.address, { expected: /ERR_/ });
  const systems = await openTab(page, sandbox.url);
  await page.getByRole("link", { name: "Set up", exact: true }).click();
  const operator = new OperatorByClicks(page, systems);

  await operator.makeKey();
  await operator.makeAccount();
  await operator.makeResource();
  expect(await seriousFaults(page)).toEqual([]);
  await operator.makeHub();
  await page.getByText("All is recorded. Next: pulumi up.").waitFor();
  expect(await operator.up()).toContain("Create the Routing Flow");
  // A secret is in the page only once somebody has asked for it.
  const secret = sandbox.webhooks()[0]?.token ?? "no secret";
  await page.getByRole("form", { name: /^Create the Routing Flow/ }).waitFor();
  expect(await page.content()).not.toContain(secret);
  await operator.makeRoutingFlow();
  await operator.up();
  await page.getByText("active", { exact: true }).waitFor();

  expect(sandbox.airkitObjects("routing-flows")).toMatchObject([
    { name: "support-routing-flow", webhookSecretKey: secret },
  ]);
  expect(sandbox.airkitObjects("accounts").at(-1)).toMatchObject({ name: "support-account" });
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await sandbox.send("kustomer.message.create");
  await page.getByRole("button", { name: "Refresh dev" }).click();
  await page.getByText(/last event \d+ s ago/).waitFor();
  expect(await page.locator(".part.bad, .part.warn").allInnerTexts()).toEqual([]);
  expect(await seriousFaults(page)).toEqual([]);

  expect(await process.close()).toBe(0);
  expect(process.printed()).not.toContain(secret);
  expect(processesWith(TAG)).toEqual([]);
});
