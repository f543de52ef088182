import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { withStore } from "../../cli/with-store";
import type { World } from "../cli/doctor/support/world";
import { arriving, claim, closeInbox, testInbox } from "../receiver/support/inbox";
import { serve, useCleanup } from "../sandbox/running";
import { openPage, openTab, overflows, seriousFaults, useBrowser } from "./support/browser";
import { type ConsoleProcess, startConsole, useConsoles } from "./support/console-process";
import { RecordedCli } from "./support/recorded-cli";
import { statusOf } from "./support/status-of";
import { useWorlds } from "./support/worlds";

useBrowser();
useConsoles();
useCleanup();
const newWorld = useWorlds();

interface Opened {
  readonly world: World;
  readonly cli: RecordedCli;
  readonly console: ConsoleProcess;
}

/** A relay in order: a sandbox, a receiver, a stack as a CLI tells of it; and the console over them. */
async function open(
  args: (world: World) => string[],
  change: (world: World) => void = () => undefined,
): Promise<Opened> {
  const world = await newWorld();
  change(world);
  const cli = new RecordedCli(world);
  return { world, cli, console: await startConsole(args(world), cli.env) };
}

const go = (page: Page, view: string): Promise<void> =>
  page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: view, exact: true }).click();

/** What axe and the eye of a small screen find in every view. */
async function expectUsable(page: Page): Promise<void> {
  for (const view of ["Overview", "Set up", "Dead letters", "Doctor"]) {
    await go(page, view);
    await page.getByRole("heading", { name: view, level: 2 }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
  }
}

test("the overview is green only where something is known, says what is wrong, and the doctor puts it right at a press", async () => {
  const { world, cli, console } = await open((world) => ["--stack", "dev", "--stack", "slow", "--store", world.store]);
  await world.sandbox.send("kustomer.message.create");
  const page = await openPage(console.address);
  const relay = page.getByRole("region", { name: "dev" }).getByRole("article", { name: "relay relay-webhook" });
  const kustomer = relay.locator(".part", { hasText: "Kustomer" });
  await kustomer.and(page.locator(".good")).waitFor();
  // Nobody has sent the destination anything.
  expect(await relay.locator(".part").last().getAttribute("class")).toBe("part unknown");
  await relay.getByRole("img", { name: /^1 event in 30 minutes/ }).waitFor();
  // A stack that takes long is said to, and keeps no other waiting.
  await page.getByText(/^slow: asked \d+ s ago/).waitFor();

  world.sandbox.editWebhook(world.webhook.id, { enabled: false });
  await page.getByRole("button", { name: "Refresh dev" }).click();
  await kustomer.and(page.locator(".bad")).waitFor();
  expect(await kustomer.innerText()).toContain("switched off: no event is sent");

  await go(page, "Doctor");
  await page.getByRole("button", { name: "Examine dev" }).click();
  await page.getByRole("button", { name: "fix webhook-enabled of relay-webhook" }).click();
  await page.getByText("relay-webhook: switched on again").waitFor();
  expect(world.webhook.enabled).toBe(true);
  await go(page, "Overview");
  await kustomer.and(page.locator(".good")).waitFor();
  await relay.locator(".part.good").nth(1).waitFor();

  // What was known once is not known to be so when nobody can be asked.
  cli.breakDown();
  await page.getByRole("button", { name: "Refresh dev" }).click();
  await page.getByRole("alert").filter({ hasText: "pulumi stack export failed" }).waitFor();
  expect(await relay.locator(".part.good, .part.bad, .badge").count()).toBe(0);
});

test("of many relays those with something to be seen come first and opened, and the others open at a press", async () => {
  const { console } = await open(
    () => ["--stack", "dev"],
    (world) => {
      for (let number = 0; number < 30; number += 1) {
        const status = number === 17 ? "failing" : "active";
        world.add("kustomer-relay:index:KustomerRelay", `support-${number}-${"long-".repeat(20)}`, { status });
      }
    },
  );
  const page = await openPage(console.address, { width: 390 });
  await page.getByText(/^3[0-9] relays$/).waitFor();
  const relays = page.getByRole("article");
  expect(await relays.first().getAttribute("aria-label")).toMatch(/^relay support-17-/);
  await relays.first().locator(".part").first().waitFor();
  const other = page.getByRole("article", { name: /^relay support-3-/ });
  expect(await other.locator(".part").count()).toBe(0);
  await other.getByRole("button", { name: /^details of support-3-/ }).click();
  await other.locator(".part").first().waitFor();
  expect(await overflows(page)).toBe(false);
  expect(await seriousFaults(page)).toEqual([]);
});

test.each([
  { width: 1280, dark: false },
  { width: 390, dark: true },
])("every view can be read and used by everybody: $width pixels, dark: $dark", async (look) => {
  const { console } = await open((world) => ["--stack", "dev", "--store", world.store]);
  const page = await openPage(console.address, look);
  await page.locator(".part.good").first().waitFor();
  await go(page, "Doctor");
  await page.getByRole("button", { name: "Examine dev" }).click();
  await page.getByRole("status").filter({ hasText: "failed" }).waitFor();
  await expectUsable(page);
  // By keyboard alone: the first stop of a view is what its link has led to.
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.tagName")).toMatch(/BUTTON|A|INPUT/);
});

test("a preview is shown as it goes, and cancelled as Ctrl-C would; so it is when the console ends", async () => {
  const { cli, console } = await open(() => ["--stack", "dev"]);
  const page = await openPage(console.address, { expected: /ERR_/ });
  await go(page, "Set up");
  await page.getByRole("button", { name: "pulumi preview" }).click();
  await page.getByRole("region", { name: "What pulumi prints" }).getByText("line 3").waitFor();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await page.getByText("pulumi preview was cancelled").waitFor();
  expect(await page.getByRole("region", { name: "What pulumi prints" }).innerText()).toContain("stopped in good order");
  await page.getByRole("button", { name: "pulumi up" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(cli.calls.filter((call) => call.startsWith("up"))).toEqual([]);
  await page.getByRole("button", { name: "pulumi preview" }).click();
  await page.getByText("pulumi preview is running…").waitFor();
  expect(await console.close()).toBe(0);
});

test("of ten thousand dead letters those that a filter shows are replayed, after being asked with a count", async () => {
  const { world, console } = await open((world) => ["--store", world.store]);
  await world.receiver.stop();
  const inbox = testInbox(world.store);
  const names = ["kustomer.note.create", "kustomer.message.create"];
  const all = Array.from({ length: 10_000 }, (_, index) =>
    arriving({ id: `dead-${index}`, name: names[index < 3 ? 0 : 1] ?? "", receivedAt: Date.now() }),
  );
  await Promise.all(all.map((event) => inbox.accept(event)));
  const failure = { error: "POST https://x/ answered 410", status: 410, excerpt: "gone for good", refused: true };
  await Promise.all((await claim(inbox, all.length)).map((event) => inbox.deadLetter(event, failure)));
  closeInbox(inbox);
  await world.restartReceiver();

  const page = await openPage(console.address);
  // What is put back is to stay where it can be counted.
  await page.getByRole("button", { name: "Pause airkit" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByText(/^Override: paused by/).waitFor();
  await go(page, "Dead letters");
  await page.getByRole("button", { name: "show more" }).waitFor();
  await page.getByRole("button", { name: "replay all that match" }).click();
  await page.getByText("Put 10000 events back into the queue").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("textbox", { name: "Event" }).fill("kustomer.note.*");
  await page.getByLabel("Status").fill("4xx");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("button", { name: "show more" }).waitFor({ state: "detached" });
  expect(await page.getByRole("button", { name: /^read / }).count()).toBe(3);
  await page
    .getByRole("button", { name: /^read / })
    .first()
    .click();
  await page.getByText("gone for good").waitFor();
  await page.getByText("00000000… (64 characters)").waitFor();
  await page.getByRole("region", { name: "The event itself" }).getByText('"number":').waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "replay all that match" }).click();
  await page.getByRole("button", { name: "replay 3" }).click();
  await page.getByText("3 events back in the queue.").waitFor();

  await page.getByRole("textbox", { name: "Event" }).fill("");
  await page.getByRole("button", { name: "Filter" }).click();
  await page
    .getByRole("checkbox", { name: /^choose \d/ })
    .first()
    .check();
  await page.getByRole("button", { name: "drop 1 chosen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Drop 1" }).click();
  await page.getByText("1 event dropped for good.").waitFor();
  await go(page, "Overview");
  await page.getByRole("cell", { name: "9996" }).waitFor();
});

test("a relay is paused, limited and resumed at a press, with a time and a reason, as the commands do it", async () => {
  const { world, console } = await open((world) => ["--store", world.store]);
  const page = await openPage(console.address, { expected: /422/ });
  const dialog = page.getByRole("dialog");
  const controls = () => withStore(world.store, async (admin) => (await admin.status()).controls[0]);

  await page.getByRole("button", { name: "Limit airkit" }).click();
  await dialog.getByLabel(/^Requests a second/).fill("5");
  // What the command would not understand does not leave the page.
  await dialog.getByLabel(/^For how long/).fill("soon");
  await dialog.getByRole("button", { name: "Limit", exact: true }).click();
  expect(await dialog.isVisible()).toBe(true);
  await dialog.getByLabel(/^For how long/).fill("30m");
  await dialog.getByLabel(/^Why/).fill("<b>Airkit</b> is slow");
  expect(await seriousFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Limit", exact: true }).click();
  await page.getByText(/^Override: limited to 5 a second by .* until .* \(<b>Airkit<\/b> is slow\)$/).waitFor();
  expect(await controls()).toMatchObject({ maxPerSecond: 5, paused: false });

  await page.getByRole("button", { name: "Pause airkit" }).click();
  await dialog.getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByText(/^Override: paused by .* until somebody resumes it$/).waitFor();
  expect(await controls()).toMatchObject({ maxPerSecond: 5, paused: true });

  await page.getByRole("button", { name: "Limit airkit" }).click();
  await dialog.getByLabel(/^Requests a second/).fill("2.5");
  await dialog.getByRole("button", { name: "Limit", exact: true }).click();
  await page.getByRole("alert").getByText("must be a whole number from 1 to 1000").waitFor();

  await page.getByRole("button", { name: "Resume airkit" }).click();
  await page.getByText("flowing").waitFor();
  expect(await controls()).toMatchObject({ overrides: {}, paused: false });
});

test("where the receiver goes away the page says so and knows nothing of it any more, and goes on when it is back", async () => {
  const { world, console } = await open((world) => ["--store", world.store]);
  const page = await openPage(console.address);
  const receiver = page.locator(".part", { hasText: "Self-hosted receiver" });
  await receiver.and(page.locator(".good")).waitFor();
  await world.receiver.stop();
  await receiver.and(page.locator(".bad")).getByText("no receiver runs on the store").waitFor();
  await page.getByRole("region", { name: "What waits in the receiver" }).waitFor({ state: "detached" });
  await world.restartReceiver();
  await receiver.and(page.locator(".good")).waitFor();
});

test("the address opens the page once; a wrong one, a foreign host and another site's page get nothing and do nothing", async () => {
  const { cli, console } = await open(() => ["--stack", "dev"]);
  const { origin, search } = new URL(console.address);
  expect(await statusOf(console.address, "/?ticket=guessed", {})).toBe(401);
  expect(await statusOf(console.address, `/${search}`, { host: "evil.example" })).toBe(403);
  const page = await openPage(console.address);
  await page.locator(".part.good").first().waitFor();
  expect(page.url()).toBe(`${origin}/`);
  expect(await statusOf(console.address, `/${search}`, {})).toBe(401);
  await page.reload();
  await page.locator(".part.good").first().waitFor();

  // Another program of this machine is the same site to a browser: its cookie goes along there.
  const other = await serve((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>Hello"));
  const stranger = await openTab(page, other, /ERR_|blocked by CORS/, origin);
  const body = JSON.stringify({ source: "stack dev" });
  const answers = await stranger.evaluate(
    async ([address, sent]) => {
      const asked = [
        () => fetch(`${address}/api/session`, { credentials: "include" }).then((answer) => answer.text()),
        () => fetch(`${address}/api/up`, { method: "POST", body: sent, credentials: "include", mode: "no-cors" }),
      ];
      return Promise.all(
        asked.map((ask) =>
          ask().then(
            (answer) => (typeof answer === "string" ? answer : answer.type),
            () => "nothing",
          ),
        ),
      );
    },
    [origin, body] as const,
  );
  expect(answers).toEqual(["nothing", "nothing"]);
  expect(cli.calls.filter((call) => call.startsWith("up"))).toEqual([]);
  // Nor does it stand in the list of what was printed for others.
  expect(console.printed().split(search).length - 1).toBe(1);
});

test("with --read-only all is shown and nothing can be pressed that changes something", async () => {
  const { console, world } = await open((world) => ["--stack", "dev", "--store", world.store, "--read-only"]);
  world.sandbox.editWebhook(world.webhook.id, { enabled: false });
  const page = await openPage(console.address);
  await page.getByRole("button", { name: "Pause airkit" }).waitFor();
  expect(await page.getByRole("button", { name: "Pause airkit" }).isDisabled()).toBe(true);
  await go(page, "Doctor");
  await page.getByRole("button", { name: "Examine dev" }).click();
  const fix = page.getByRole("button", { name: "fix webhook-enabled of relay-webhook" });
  await fix.waitFor();
  expect(await fix.isDisabled()).toBe(true);
  await go(page, "Set up");
  expect(await page.getByRole("button", { name: "pulumi up" }).isDisabled()).toBe(true);
});
