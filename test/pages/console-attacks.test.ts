import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { arriving, claim, closeInbox, testInbox } from "../receiver/support/inbox";
import { serve, useCleanup } from "../sandbox/running";
import { openPage, openTab, useBrowser } from "./support/browser";
import { startConsole, useConsoles } from "./support/console-process";
import { RecordedCli } from "./support/recorded-cli";
import { statusOf } from "./support/status-of";
import { useWorlds } from "./support/worlds";

useBrowser();
useConsoles();
useCleanup();
const newWorld = useWorlds();

const go = (page: Page, view: string): Promise<void> =>
  page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: view, exact: true }).click();

const HOSTILE = `"><img src=x onerror="globalThis.owned=1"><script>owned=1</script><a href="javascript:owned=1">x</a>`;

test("names, errors and events that others wrote are text on the page, whatever they hold", async () => {
  const world = await newWorld();
  world.add("kustomer-relay:index:KustomerRelay", HOSTILE, {
    receiver: { kind: "self-hosted" },
    destinationUrl: "javascript:owned=1",
    status: HOSTILE,
  });
  world.sandbox.editWebhook(world.webhook.id, { events: [HOSTILE], url: `https://example.com/${HOSTILE}` });
  await world.receiver.stop();
  const inbox = testInbox(world.store);
  await inbox.accept(
    arriving({
      id: "hostile",
      name: HOSTILE,
      conversation: "c",
      contentType: `application/json; ${HOSTILE}`,
      eventHeader: HOSTILE,
      body: Buffer.from(JSON.stringify({ words: HOSTILE })),
      receivedAt: Date.now(),
    }),
  );
  for (const event of await claim(inbox, 1))
    await inbox.deadLetter(event, { error: `POST ${HOSTILE} failed`, excerpt: HOSTILE, refused: true });
  closeInbox(inbox);
  await world.restartReceiver();

  const console = await startConsole(["--stack", "dev", "--store", world.store], new RecordedCli(world).env);
  const page = await openPage(console.address);
  const expectHarmless = async (): Promise<void> => {
    expect(await page.locator("img, script:not([src='/page.js']), a[href^='javascript'], iframe").count()).toBe(0);
    expect(await page.evaluate("globalThis.owned")).toBe(undefined);
  };
  await page.getByRole("heading", { name: HOSTILE }).first().waitFor();
  await expectHarmless();
  await go(page, "Set up");
  await expectHarmless();
  await go(page, "Dead letters");
  await page.getByRole("button", { name: /^read / }).click();
  await page.getByRole("region", { name: "The event itself" }).getByText("onerror").waitFor();
  await page.getByText(`POST ${HOSTILE} failed`).first().waitFor();
  await expectHarmless();
  await go(page, "Doctor");
  await page.getByRole("button", { name: "Examine dev" }).click();
  await page.getByText("javascript:owned=1", { exact: false }).first().waitFor();
  await expectHarmless();
});

test("a page on another port gets the cookie of who is led there, and can do nothing with it; another tab of theirs goes on", async () => {
  const console = await startConsole(["--stack", "dev"], new RecordedCli(await newWorld()).env);
  const page = await openPage(console.address);
  await page.locator(".part.good").first().waitFor();
  const { origin } = new URL(console.address);
  let stolen = "";
  const thief = await serve((request, response) => {
    stolen ||= request.headers.cookie ?? "";
    response.writeHead(200, { "content-type": "text/html" }).end("<p>Hello");
  });
  await openTab(page, thief, /404/);
  expect(stolen).toMatch(/^kustomer-relay-console-\d+=[\w-]{32}$/);
  for (const path of ["/api/live", "/api/session"])
    expect(await statusOf(console.address, path, { cookie: stolen })).toBe(403);

  const tab = await openTab(page, origin);
  await tab.locator(".part.good").first().waitFor();
});

test("a run that is killed is said to have failed, and the next one starts", async () => {
  const cli = new RecordedCli(await newWorld());
  const console = await startConsole(["--stack", "dev"], cli.env);
  const page = await openPage(console.address);
  await go(page, "Set up");
  await page.getByRole("button", { name: "pulumi preview" }).click();
  const output = page.getByRole("region", { name: "What pulumi prints" });
  await output.getByText("line 1").waitFor();
  process.kill(cli.previewId, "SIGKILL");
  await page.getByText("pulumi preview failed").waitFor();
  await output.getByText("ended by SIGKILL").waitFor();
  await page.getByRole("button", { name: "pulumi preview" }).click();
  await page.getByText("pulumi preview is running…").waitFor();
});

test("where nobody may ask AWS the page says so, and shows the rest", async () => {
  const world = await newWorld();
  const relay = world.resources.find(({ name }) => name === "relay");
  world.add("pulumi:pulumi:Stack", "test-dev", { support: { receiver: relay?.outputs.receiver }, later: "[unknown]" });
  const { env } = new RecordedCli(world);
  delete env.AWS_ACCESS_KEY_ID;
  const console = await startConsole(["--stack", "dev"], env);
  const page = await openPage(console.address);
  await page.getByText(/^What waits in the receiver is not known: No AWS credentials/).waitFor();
  await page.locator(".part.good").first().waitFor();
});
