import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { headersFor, signedEvent } from "../../../lab/chaos/event";
import { configFor } from "../support/config";
import { testDestination, until } from "../support/destination";
import { lettersOf } from "../support/inbox";
import { get, post, send, someEvent, testReceiver } from "../support/receiver";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let files = 0;

async function withSecretFile(content: string) {
  const file = join(folder, `secrets-${(files += 1)}`);
  // Renamed into place, as secret stores do: the file that was watched is not the one that changed.
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  if (content !== "") write(content);
  const destination = await testDestination();
  const store = { folder: join(folder, `store-${files}`) };
  const receiver = await testReceiver(configFor(destination.url, { store }, {}, { secrets: [{ file }] }));
  const statusFor = async (secret: string): Promise<number> => (await send(receiver, someEvent(1, 400, secret))).status;
  return { write, destination, receiver, statusFor };
}

describe("the secret's file", () => {
  test("is read again when it changes: both secrets during a rotation, neither the old nor an unknown one after it", async () => {
    const { write, receiver, statusFor } = await withSecretFile("old-secret\n");
    expect([await statusFor("old-secret"), await statusFor("new-secret")]).toEqual([200, 401]);
    write("new-secret\nold-secret\n");
    await until(async () => (await statusFor("new-secret")) === 200, "the new secret to be taken");
    expect(await statusFor("old-secret")).toBe(200);
    write("new-secret\n");
    await until(async () => (await statusFor("old-secret")) === 401, "the old secret to be refused");
    expect([await statusFor("new-secret"), await statusFor("other")]).toEqual([200, 401]);
    expect((await get(`${receiver.observeUrl}/metrics`)).body).toMatch(
      /verified_total{relay="airkit",secret="previous"} [1-9]/,
    );
  });

  test("that is emptied or taken away by mistake leaves the last good secret in use and says so", async () => {
    const { write, receiver, statusFor } = await withSecretFile("good-secret");
    write("\n");
    await until(() => receiver.logged.some((line) => line.includes("it is empty")), "the complaint");
    expect(await statusFor("good-secret")).toBe(200);
  });

  test("that is not there yet means not ready and 503; events are taken as soon as it is", async () => {
    const { write, receiver, statusFor } = await withSecretFile("");
    expect(await statusFor("first-secret")).toBe(503);
    expect(await get(`${receiver.observeUrl}/readyz`)).toMatchObject({
      status: 503,
      body: expect.stringContaining("no signing secret"),
    });
    write("first-secret");
    await until(async () => (await statusFor("first-secret")) === 200, "the first event to be taken");
    expect((await get(`${receiver.observeUrl}/readyz`)).status).toBe(200);
  });
});

test("a command that prints the secrets is asked again when told, and its output never reaches the log", async () => {
  const file = join(folder, "printed");
  writeFileSync(file, "from-command");
  const command = [process.execPath, "-e", `process.stdout.write(require("fs").readFileSync(${JSON.stringify(file)}))`];
  const destination = await testDestination();
  const config = configFor(
    destination.url,
    { store: { folder: join(folder, "command") } },
    {},
    { secrets: [{ command }] },
  );
  const receiver = await testReceiver(config);
  expect((await send(receiver, someEvent(1, 400, "from-command"))).status).toBe(200);
  writeFileSync(file, "newer-secret");
  await receiver.reload();
  expect((await send(receiver, someEvent(1, 400, "newer-secret"))).status).toBe(200);
  const failing = [
    process.execPath,
    "-e",
    "console.log('half-a-secret'); console.error('half-a-secret'); process.exit(3)",
  ];
  const broken = configFor(
    destination.url,
    { store: { folder: join(folder, "broken") } },
    {},
    { secrets: [{ command: failing }] },
  );
  const logged = (await testReceiver(broken)).logged.join("");
  expect(logged).toContain("ended with status 3");
  expect(logged + receiver.logged.join("")).not.toMatch(/half-a-secret|from-command|newer/);
});

test("under load a rotation by a second webhook loses nothing, delivers nothing twice and refuses nothing for good", async () => {
  const { write, destination, receiver } = await withSecretFile("secret-a\n");
  // The destination, too, knows one secret only, and learns of the new one later than the receiver.
  let destinationKnows = "secret-a";
  const delivered: string[] = [];
  destination.behave((response, { id, body, headers }) => {
    const good =
      headersFor(body, destinationKnows)["x-kustomer-webhook-signature"] === headers["x-kustomer-webhook-signature"];
    if (good) delivered.push(id);
    response.writeHead(good ? 200 : 401).end();
  });
  let webhooks = ["secret-a"];
  const sent: string[] = [];
  let going = true;
  // Like Kustomer: every webhook sends every event, and sends it again until it is taken.
  const sendUntilTaken = async (number: number, secret: string): Promise<void> => {
    const { body } = signedEvent(number, number % 7, "unused");
    const headers = headersFor(body, secret);
    while ((await post(`${receiver.url}/kustomer`, body, headers)).status !== 200) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const load = async (lane: number): Promise<void> => {
    for (let turn = 0; going; turn += 1) {
      const number = 1_000_000 + turn * 4 + lane;
      sent.push(signedEvent(number, 1, "unused").id);
      await Promise.all(webhooks.map((secret) => sendUntilTaken(number, secret)));
    }
  };
  const loads = [0, 1, 2, 3].map(load);
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  await pause(300);
  webhooks = ["secret-a", "secret-b"];
  await pause(200);
  write("secret-b\nsecret-a\n");
  await pause(1_800);
  destinationKnows = "secret-b";
  await pause(300);
  webhooks = ["secret-b"];
  await pause(300);
  write("secret-b\n");
  await pause(1_500);
  going = false;
  await Promise.all(loads);
  await until(() => new Set(delivered).size === sent.length, "everything to be delivered", 20_000);
  expect(delivered).toHaveLength(sent.length);
  expect(sent.length).toBeGreaterThan(200);
  expect(await lettersOf(receiver.admin)).toEqual([]);
});
