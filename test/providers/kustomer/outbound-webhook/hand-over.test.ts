import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { ownerHeader } from "../../../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../../../providers/lifecycle/ownership";
import type { Sandbox } from "../../../../sandbox";
import { configFor } from "../../../receiver/support/config";
import { testReceiver } from "../../../receiver/support/receiver";
import { endpoint, eventually, run, useCleanup } from "../../../sandbox/running";
import { quickenTime } from "../../../support/quicken-time";
import { MARK, connect, createWebhook, failureOf, only, partialFailureOf, webhookInputs } from "../support";

quickenTime(3);

useCleanup();

const EVENT = "kustomer.message.create";

describe("a webhook in front of a self-hosted receiver that runs already", () => {
  let folder: string;
  let file: string;
  let url: string;
  let sandbox: Sandbox;
  let destination: Awaited<ReturnType<typeof endpoint>>;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
    file = path.join(folder, "secrets");
    sandbox = await run();
    destination = await endpoint(200);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function startReceiver(): Promise<void> {
    const store = { folder: path.join(folder, "store") };
    const receiver = await testReceiver(configFor(destination.url, { store }, {}, { secrets: [{ file }] }));
    url = `${receiver.url}/kustomer`;
  }

  /** Events happen all the time while something is done, and for a while afterwards. */
  async function underTraffic<T>(work: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    const sending = (async () => {
      for (let number = 0; !over.signal.aborted && number < 5_000; number += 1) {
        await sandbox.send(EVENT);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    try {
      const done = await work();
      const { length } = sandbox.transactions();
      await eventually(() => sandbox.transactions().length >= length + 5);
      return done;
    } finally {
      over.abort();
      await sending;
    }
  }

  const outcomes = (): unknown[] => [...new Set(sandbox.transactions().map(({ outcome }) => outcome))];
  const written = (): string[] => readFileSync(file, "utf8").trim().split("\n");
  const declared = (given: object = {}) => ({ url, secretFile: { path: file }, ...given });

  test("is off until the receiver has its secret: no event of a first up is refused", async () => {
    await startReceiver();
    const webhook = await underTraffic(() =>
      createWebhook(connect(sandbox), declared({ secretFile: { path: file, mode: "0640" }, watchSeconds: 1 })),
    );
    expect(outcomes()).toEqual([200]);
    expect(sandbox.requests.find(({ method }) => method === "POST")?.body).toMatchObject({ enabled: false });
    expect(only(sandbox)).toMatchObject({ enabled: true, token: webhook.signingSecret });
    expect(webhook.secretFile).toEqual({ path: file, mode: "0640" });
    expect(written()).toEqual([webhook.signingSecret]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    await eventually(() => destination.arrivals.length === sandbox.transactions().length);
  });

  test("goes on sending where it did until the receiver has its secret, then to the receiver", async () => {
    await startReceiver();
    const before = await endpoint(200);
    const { id, ...known } = await createWebhook(connect(sandbox), { url: before.url });
    await underTraffic(() => outboundWebhook.update(connect(sandbox), id, known, webhookInputs(declared())));
    expect(outcomes()).toEqual([200]);
    expect(only(sandbox)).toMatchObject({ url, enabled: true });
    expect(before.arrivals.length).toBeGreaterThan(0);
    await eventually(() => before.arrivals.length + destination.arrivals.length === sandbox.transactions().length);
  });

  test("makes its successor begin with a secret that the receiver has, the former one below it", async () => {
    writeFileSync(file, "a-former-secret\n");
    await startReceiver();
    const run = connect(sandbox);
    const former = await createWebhook(run, declared());
    await underTraffic(() => createWebhook(run, declared({ rotation: 1 })));
    expect(outcomes()).toEqual([200]);
    const successor = sandbox.webhooks().find(({ id }) => id !== former.id);
    expect(written()).toEqual([successor?.token, former.signingSecret, "a-former-secret"]);
  });

  test("that an interrupted run left switched off is switched on once the receiver has its secret", async () => {
    await startReceiver();
    const claim = { mark: MARK, rotation: 0, generation: newGeneration() };
    const left = sandbox.createWebhook({ url, enabled: false, headers: [ownerHeader(claim)], events: [EVENT] });
    const webhook = await underTraffic(() => createWebhook(connect(sandbox), declared()));
    expect(webhook).toMatchObject({ id: left.id, enabled: true, signingSecret: left.token });
    expect(outcomes()).toEqual([200]);
  });

  test("stays off, in the state, where the secret cannot be written; and the next up finishes it", async () => {
    await startReceiver();
    writeFileSync(path.join(folder, "no-folder"), "");
    const impossible = { path: path.join(folder, "no-folder", "secrets") };
    const { id, outputs, reasons } = await partialFailureOf(
      underTraffic(() => createWebhook(connect(sandbox), declared({ secretFile: impossible }))),
    );
    expect(reasons.join()).toMatch(
      /^write the signing secret of outbound webhook "relay" \(\w+\) to .*no-folder.secrets: .*; no event was sent to the receiver yet; change the folder's permissions or choose another path, then run `pulumi up` again$/,
    );
    expect(only(sandbox)).toMatchObject({ id, enabled: false });
    expect(sandbox.transactions()).toEqual([]);
    const inputs = webhookInputs(declared());
    const finished = await underTraffic(() => outboundWebhook.update(connect(sandbox), id, outputs, inputs));
    expect(finished).toMatchObject({ enabled: true, secretFile: { path: file } });
    expect(outcomes()).toEqual([200]);
  });

  test("is not touched where the secret cannot be written: events go on to where they went", async () => {
    const before = await endpoint(200);
    const { id, ...known } = await createWebhook(connect(sandbox), { url: before.url });
    mkdirSync(file);
    url = "http://127.0.0.1:9/kustomer";
    const message = await failureOf(outboundWebhook.update(connect(sandbox), id, known, webhookInputs(declared())));
    expect(message.message).toContain(`to ${file}: `);
    expect(only(sandbox).url).toBe(before.url);
  });

  test("does not write the file again on another machine, for another change", async () => {
    url = destination.url;
    const { id, ...known } = await createWebhook(connect(sandbox), declared());
    rmSync(file);
    const inputs = webhookInputs(declared({ events: ["kustomer.conversation.update"] }));
    expect(await outboundWebhook.update(connect(sandbox), id, known, inputs)).toMatchObject({
      secretFile: { path: file },
    });
    expect(() => statSync(file)).toThrow("ENOENT");
  });
});
