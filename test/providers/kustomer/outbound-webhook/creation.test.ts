import { describe, expect, test } from "@jest/globals";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { ownerHeader } from "../../../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../../../providers/lifecycle/ownership";
import type { Sandbox } from "../../../../sandbox";
import { run, serve, useCleanup } from "../../../sandbox/running";
import { MARK, connect, createWebhook, lineOf, only, webhookInputs } from "../support";

useCleanup();

const WEBHOOKS = "/v1/outbound-webhooks";
const URL_OF_ALL = "https://example.com/hook";

/** A proxy that sends every POST twice; it answers with the first or the second answer. */
async function repeating(sandbox: Sandbox, answered: "first" | "second"): Promise<string> {
  const address = await serve((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = "GET", url = "", headers } = request;
      const send = async () => {
        const body = Buffer.concat(chunks);
        const answer = await fetch(`${sandbox.url}${url}`, {
          method,
          headers: { "content-type": "application/json", authorization: headers.authorization ?? "" },
          body: body.length === 0 ? null : body,
        });
        return { status: answer.status, text: await answer.text() };
      };
      const first = await send();
      const second = method === "POST" ? await send() : first;
      const { status, text } = answered === "first" ? first : second;
      response.writeHead(status, { "content-type": "application/json" }).end(text);
    })();
  });
  return new URL(address).origin;
}

describe("creating a webhook", () => {
  test.each(["first", "second"] as const)(
    "through a proxy that sends a POST twice, and gives back the %s answer, leaves one, and says what happened",
    async (answered) => {
      const sandbox = await run();
      const connection = connect(sandbox, { "kustomer:baseUrl": await repeating(sandbox, answered) });
      const { webhookId, signingSecret } = await createWebhook(connection);
      expect(only(sandbox)).toMatchObject({ id: webhookId, token: signingSecret });
      expect(connection.run.warnings.join()).toContain("was made twice by one request");
    },
  );

  test("where Kustomer gives back what is there for the same URL, makes it nobody's, and names it", async () => {
    const sandbox = await run();
    const { id, token } = sandbox.createWebhook({ name: "theirs", url: URL_OF_ALL });
    const answer = await fetch(`${sandbox.url}/v1/outbound-webhooks/${id}`, {
      headers: { authorization: `Bearer ${sandbox.managementKey}` },
    });
    const body: unknown = await answer.json();
    sandbox.fault({ on: { method: "POST" }, kind: "status", status: 200, body });
    expect(await lineOf(sandbox, createWebhook(connect(sandbox)))).toMatch(
      new RegExp(`answered with one that was there before; take "theirs" \\(${id}\\) over with \`adopt: "${id}"\``),
    );
    expect(only(sandbox)).toMatchObject({ id, token, headers: [] });
  });

  test("where Kustomer refuses a second one of the same URL, names the first, to be adopted", async () => {
    const sandbox = await run();
    const { id } = sandbox.createWebhook({ name: "theirs", url: URL_OF_ALL });
    sandbox.fault({ on: { method: "POST" }, times: 2, kind: "status", status: 409 });
    expect(await lineOf(sandbox, createWebhook(connect(sandbox)))).toMatch(
      new RegExp(`Kustomer answered 409.*; take "theirs" \\(${id}\\) over with \`adopt: "${id}"\``),
    );
  });

  test("that is to succeed one of the same URL says how it can, where Kustomer has just one of each", async () => {
    const sandbox = await run();
    const connection = connect(sandbox);
    await createWebhook(connection);
    outboundWebhook.noteFormer(webhookInputs(), webhookInputs({ rotation: 1 }), connection.run);
    sandbox.fault({ on: { method: "POST" }, kind: "status", status: 409 });
    expect(await lineOf(sandbox, createWebhook(connection, { rotation: 1 }))).toMatch(
      /is to be replaced by it: set the resource option `deleteBeforeReplace`/,
    );
    // One whose mark was removed by hand is the resource's all the same.
    sandbox.editWebhook(only(sandbox).id, { headers: [] });
    await createWebhook(connection, { rotation: 1 });
    expect(connection.run.warnings).toEqual([]);
  });

  test("with a key that may not list makes none, since it could not see what is there", async () => {
    const sandbox = await run();
    const { token } = sandbox.createKey({ name: "maker", roles: ["org.permission.outbound_webhook.create"] });
    sandbox.fault({ on: { method: "GET", path: WEBHOOKS }, kind: "status", status: 200, body: { data: [] } });
    expect(await lineOf(sandbox, createWebhook(connect(sandbox, { "kustomer:apiKey": token })))).toContain(
      "the management key lacks the role org.permission.outbound_webhook.read",
    );
    expect(sandbox.webhooks()).toEqual([]);
  });

  test("beside one that a person made for the same URL says that events arrive twice, and changes nothing of it", async () => {
    const sandbox = await run();
    const { id } = sandbox.createWebhook({ name: "by hand", url: URL_OF_ALL });
    const connection = connect(sandbox);
    await createWebhook(connection);
    expect(connection.run.warnings.join()).toMatch(
      new RegExp(`"by hand" \\(${id}\\), which no resource declares, sends to the same URL, so events arrive twice`),
    );
    expect(sandbox.webhooks()).toHaveLength(2);
    const quiet = connect(sandbox);
    sandbox.editWebhook(id, { enabled: false });
    await createWebhook(quiet, { mark: "another" });
    expect(quiet.run.warnings).toEqual([]);
  });

  test("makes a new one where the one to be taken over is gone already, and only a list that lags still has it", async () => {
    const sandbox = await run();
    const headers = [ownerHeader({ mark: MARK, rotation: 0, generation: newGeneration() })];
    const { id } = sandbox.createWebhook({ name: "relay", url: URL_OF_ALL, headers });
    sandbox.fault({ on: { method: "PATCH" }, kind: "status", status: 404 });
    const { webhookId } = await createWebhook(connect(sandbox));
    expect(webhookId).not.toBe(id);
  });
});
