import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { run, useCleanup } from "../sandbox/running";
import { openPage, overflows, seriousFaults, useBrowser } from "./support/browser";

useBrowser();
useCleanup();

const UUID = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

async function created(page: Page, kind: string): Promise<string> {
  await page.getByRole("button", { name: "Create", exact: true }).last().click();
  await page.waitForURL((url) => url.pathname.startsWith(`/airkit/${kind}/`) && UUID.test(url.pathname));
  return UUID.exec(page.url())?.[1] ?? "";
}

test("a person clicks a whole relay together in both systems, and an event arrives with the tick of its signature", async () => {
  const sandbox = await run();
  const page = await openPage(sandbox.url);
  const tabs = page.getByRole("navigation", { name: "Airkit's console" });

  await page.getByText("Add API key").click();
  await page.getByLabel("Name", { exact: true }).last().fill("Airkit");
  await page.getByRole("button", { name: "Create", exact: true }).first().click();
  await page.getByRole("button", { name: "show the token of Airkit" }).click();
  const token = await page.locator("p", { hasText: "is shown this once" }).locator("code").innerText();
  expect(sandbox.keys().at(-1)).toMatchObject({ name: "Airkit", roles: RELAY_ROLES, lastTokenChars: token.slice(-6) });

  await page.getByRole("link", { name: "Create new connected account" }).click();
  await page.getByLabel("Account Name").fill("Kustomer");
  await page.getByLabel("API key", { exact: true }).fill(token);
  const accountId = await created(page, "accounts");

  await tabs.getByRole("link", { name: "Resources" }).click();
  await page.getByRole("link", { name: "Create new Resource" }).click();
  await page.getByLabel("Resource Name").fill("Support");
  await page.getByLabel("Datasource").selectOption({ label: "Kustomer" });
  const resourceId = await created(page, "resources");

  await page.getByText("Add outbound webhook").click();
  const webhookForm = page.locator("details", { hasText: "Add outbound webhook" });
  await webhookForm.getByLabel("Name", { exact: true }).fill("relay");
  await webhookForm
    .getByLabel("URL")
    .fill(`${sandbox.url}/internal/sessions/v1/resource/kustomer/${resourceId}/receive-message`);
  await webhookForm.getByRole("button", { name: "Add" }).click();
  await page.getByRole("button", { name: "show the signing secret of relay" }).click();
  const secret = await page.getByRole("article", { name: "outbound webhook relay" }).locator("code").last().innerText();

  await tabs.getByRole("link", { name: "Conversation Hubs" }).click();
  await page.getByRole("link", { name: "Create new Conversation Hub" }).click();
  await page.getByLabel("Name", { exact: true }).last().fill("Hub");
  await page.getByRole("checkbox", { name: "Support" }).check();
  const hubId = await created(page, "hubs");

  await tabs.getByRole("link", { name: "Routing Flows" }).click();
  await page.getByRole("link", { name: "Create Routing Flow" }).click();
  const flow = page.getByRole("form", { name: "Create Routing Flow" });
  await flow.getByLabel("Name", { exact: true }).fill("Flow");
  await flow.getByLabel("Conversation Hub").selectOption({ label: "Hub" });
  await flow.getByLabel("Webhook secret key").fill(secret);
  await flow.getByLabel("Datasource id").selectOption({ label: "Kustomer" });
  await created(page, "routing-flows");
  expect(sandbox.airkitObjects("routing-flows")).toMatchObject([
    { hubId, datasourceId: accountId, type: "Relay", relayType: "Kustomer", webhookSecretKey: secret },
  ]);

  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("✓ signature verified").waitFor();
  expect(sandbox.received()).toMatchObject([{ verified: true, status: 200 }]);
  // The page of an object is there when its address is opened, and shows no secret again.
  await page.reload();
  await page.getByRole("form", { name: "Flow" }).waitFor();
  expect(await page.getByLabel(/Webhook secret key/).inputValue()).toBe("");
});

test("what a program changes is seen without a reload, and what is clicked is there for the program", async () => {
  const sandbox = await run();
  const webhook = sandbox.createWebhook({
    name: "relay",
    url: "https://example.com/hook",
    events: ["kustomer.tag.create"],
  });
  const page = await openPage(sandbox.url, { expected: /409|404/ });
  const toggle = page.getByRole("switch", { name: "relay enabled" });
  await toggle.click();
  await page.getByText("relay was switched off").waitFor();
  expect(sandbox.webhooks()[0]?.enabled).toBe(false);
  sandbox.editWebhook(webhook.id, { enabled: true, isError: true });
  await page.getByText("switched off by Kustomer").waitFor();
  sandbox.removeWebhook(webhook.id);
  await page.getByText("None yet.").first().waitFor();
});

test("a fault that is ordered by a click strikes", async () => {
  const sandbox = await run();
  const page = await openPage(sandbox.url);
  await page.getByLabel("Let something go wrong").selectOption({ label: "Kustomer answers the next request with 500" });
  await page.getByRole("button", { name: "Order" }).click();
  await page.getByText("ordered: Kustomer answers").waitFor();
  const headers = { authorization: `Bearer ${sandbox.managementKey}` };
  expect((await fetch(`${sandbox.url}/v1/outbound-webhooks`, { headers })).status).toBe(500);
  expect((await fetch(`${sandbox.url}/v1/outbound-webhooks`, { headers })).status).toBe(200);
});

test.each([
  { width: 1280, dark: false },
  { width: 390, dark: true },
])("it can be read and used by everybody: $width pixels, dark: $dark", async (look) => {
  const sandbox = await run();
  sandbox.createWebhook({
    name: "relay",
    url: `${sandbox.url}/internal/sessions/v1/resource/kustomer/${"r".repeat(36)}/receive-message`,
  });
  await sandbox.send("kustomer.message.create");
  const account = sandbox.createAirkitObject("accounts", { name: "Kustomer", integration: "Kustomer", apiKey: "k" });
  const page = await openPage(`${sandbox.url}/airkit/accounts/${account.id}`, look);
  await page.getByLabel("Account Name").waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
});

test("where the sandbox ends, the page says so, and goes on when it is back", async () => {
  const first = await run();
  const port = Number(new URL(first.url).port);
  const page = await openPage(first.url, { expected: /ERR_CONNECTION|Failed to load/ });
  await page.getByText("Nothing has happened yet.").waitFor();
  await first.close();
  await page.getByText("the sandbox does not answer").waitFor();
  const second = await run({ port });
  second.createWebhook({ name: "after the restart" });
  await page.getByText("after the restart").waitFor();
});
