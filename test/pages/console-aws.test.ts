import { mkdtempSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { CREDENTIALS, REGION } from "../../sandbox/aws/engine";
import type { StateResource } from "../../cli/doctor/state";
import { createHostedAdmin } from "../../receiver/aws/admin";
import { send, someEvent, testRelay, useChain } from "../receiver/aws-local/support";
import { ok, testDestination, until } from "../receiver/support/destination";
import { temporaryFolder } from "../receiver/support/temporary-folder";
import { openPage, overflows, seriousFaults, useBrowser } from "./support/browser";
import { startConsole, useConsoles } from "./support/console-process";
import { RecordedCli } from "./support/recorded-cli";

const folder = temporaryFolder();
const chain = useChain({});
useBrowser();
useConsoles();

function admin() {
  const { engine, resources } = chain();
  const queues = [{ name: "support", ...resources, relays: [{ name: "support" }], call: engine.call }];
  return createHostedAdmin({ queues, dashboards: [], clock: Date.now });
}

/** A stack as its state tells of it: a relay through a receiver on AWS, whose outputs name the queues of the chain. */
function stackOfTheChain(): RecordedCli {
  const { queueUrl, deadLetterQueueUrl, table } = chain().resources;
  const queues = { queueUrl, deadLetterQueueUrl, tableName: table };
  const receiver = { kind: "aws", region: REGION, relay: "support", controls: {}, ...queues };
  const resource = (type: string, name: string, outputs: Record<string, unknown>): StateResource => ({
    urn: `urn:pulumi:dev::test::${type}::${name}`,
    type,
    name,
    id: "",
    inputs: {},
    outputs,
    provider: "",
    parent: "",
    dependsOn: {},
    pendingDelete: false,
    initErrors: [],
  });
  return new RecordedCli({
    folder: mkdtempSync(path.join(folder, "stack-")),
    config: {},
    environment: {
      AWS_ENDPOINT_URL: chain().engine.url,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
    resources: [
      resource("pulumi:pulumi:Stack", "test-dev", { support: { receiver }, password: "[secret]", later: null }),
      resource("kustomer-relay:index:KustomerRelay", "support", { receiver, status: "active" }),
    ],
  });
}

test("of a receiver on AWS the page shows what waits, and its dead letters are read, replayed and dropped, and its relay controlled", async () => {
  const destination = await testDestination((response) => {
    response.writeHead(410).end("gone for good");
  });
  const relay = await testRelay(chain(), destination.url);
  const events = [1, 2, 3].map((conversation) => someEvent(conversation));
  for (const event of events) expect((await send(relay, event)).status).toBe(200);
  await until(
    async () => (await admin().status()).destinations[0]?.deadLetters === events.length,
    "all events to be given up",
  );

  const console = await startConsole(["--stack", "dev"], stackOfTheChain().env);
  const page = await openPage(console.address);
  await page.getByRole("article", { name: "relay support" }).locator(".part", { hasText: "Receiver on AWS" }).waitFor();
  const row = page.getByRole("region", { name: "What waits in the receiver" }).getByRole("row", { name: /^support/ });
  await row.getByRole("link", { name: "3", exact: true }).waitFor();
  expect(await seriousFaults(page)).toEqual([]);

  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Limit support" }).click();
  await dialog.getByLabel(/^Requests a second/).fill("500");
  await dialog.getByLabel(/^Why/).fill("a try");
  await dialog.getByRole("button", { name: "Limit", exact: true }).click();
  await page.getByText(/^Override: limited to 500 a second by .*\(a try\)$/).waitFor();
  expect((await admin().status()).controls).toMatchObject([{ maxPerSecond: 500 }]);
  await page.getByRole("button", { name: "Resume support" }).click();
  await row.getByText("flowing").waitFor();

  await row.getByRole("link", { name: "3", exact: true }).click();
  const read = page.getByRole("button", { name: /^read / });
  await read.nth(2).waitFor();
  await read.first().click();
  await page.getByText("x-kustomer-webhook-signature").waitFor();
  await page.getByRole("region", { name: "The event itself" }).getByText('"preview"').waitFor();
  await page.getByText("gone for good").first().waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);

  await page
    .getByRole("checkbox", { name: /^choose \d/ })
    .first()
    .check();
  await page.getByRole("button", { name: "Drop 1 chosen" }).click();
  await dialog.getByRole("button", { name: "Drop 1", exact: true }).click();
  await page.getByText("1 event dropped for good.").waitFor();
  const before = destination.arrivals.length;
  destination.behave(ok);
  await page.getByRole("button", { name: "Replay all that match" }).click();
  await dialog.getByRole("button", { name: "Replay 2", exact: true }).click();
  await page.getByText("2 events back in the queue.").waitFor();
  await destination.received(before + 2);
  // Each is of another conversation, so they come in any order.
  const again = destination.arrivals.slice(before).map(({ id }) => id);
  expect(new Set(again)).toEqual(new Set(events.slice(1).map(({ id }) => id)));
  await page.getByText("There are no dead letters").waitFor();
});
