import { expect, test } from "@jest/globals";
import { outboundWebhook } from "../../../providers/kustomer/outbound-webhook";
import { run, serve, useCleanup } from "../../sandbox/running";
import { apiKey } from "../../../providers/kustomer/api-key";
import { type Connection, checked, connect, createWebhook, lineOf, only, settingsOf, webhookInputs } from "./support";

useCleanup();

/** All that a run does to a webhook of the state, each in one line. */
async function linesOf(
  connection: Connection,
  { id, ...known }: Awaited<ReturnType<typeof createWebhook>>,
  sandbox: Parameters<typeof lineOf>[0],
): Promise<string[]> {
  return [
    await lineOf(sandbox, outboundWebhook.read(connection, id, known)),
    await lineOf(sandbox, outboundWebhook.update(connection, id, known, webhookInputs({ name: "b" }))),
    await lineOf(sandbox, outboundWebhook.delete(connection, id, known)),
  ];
}

test.each(["keys-and-objects", "objects", "keys"] as const)(
  "a webhook is not looked for, changed or deleted in another organisation, and both are named (told by %s)",
  async (organisationNamedBy) => {
    const sandbox = await run({ organisation: "acme", profile: { organisationNamedBy } });
    const other = await run({ organisation: "globex", profile: { organisationNamedBy } });
    const webhook = await createWebhook(connect(sandbox));
    other.createWebhook({ name: "theirs" });
    for (const line of await linesOf(connect(other), webhook, sandbox)) {
      expect(line).toMatch(
        /it belongs to the organisation .* but the settings lead to the organisation .*; nothing was changed/,
      );
      for (const named of [sandbox, other]) {
        expect(line).toContain(named.organisation.id);
        expect(line).toContain(named.url);
      }
    }
    expect(only(sandbox).id).toBe(webhook.id);
    expect(only(other).name).toBe("theirs");
  },
);

test("nothing new is made, webhook or key, in an organisation to which the rest of the run does not belong", async () => {
  const [sandbox, other] = [await run({ organisation: "acme" }), await run({ organisation: "globex" })];
  const issuer = { "kustomer:issuerUrl": other.issuerUrl, "kustomer:issuerToken": other.issuerToken };
  const keys = other.keys().length;
  const connection = connect(other, issuer);
  const at = ({ kustomer }: Connection) => ({ ...webhookInputs(), ...kustomer.settingsPlace });
  outboundWebhook.noteFormer(at(connect(sandbox)), at(connection), connection.run);
  const key = checked(apiKey, { name: "key", mark: "key-mark" }) as unknown as Parameters<typeof apiKey.create>[1];
  const create = [
    () => createWebhook(connection, { mark: "new" }),
    () => apiKey.create(apiKey.connect(settingsOf(other, issuer), connection.run), key),
  ];
  for (const work of create)
    expect(await lineOf(sandbox, work())).toMatch(/nothing was made, .* belongs to the organisation acme .* globex/);
  expect(other.webhooks()).toEqual([]);
  expect(other.keys()).toHaveLength(keys);
});

test("a webhook is not gone where an address answers everything with 404 or 401, and the address is named", async () => {
  const sandbox = await run();
  const webhook = await createWebhook(connect(sandbox));
  for (const status of [404, 401]) {
    const address = new URL(
      await serve((_, response) => response.writeHead(status, { "content-type": "text/html" }).end("<html>")),
    ).origin;
    for (const line of await linesOf(connect(sandbox, { "kustomer:baseUrl": address }), webhook, sandbox))
      expect(line).toContain(address);
  }
  const tooFar = { "kustomer:baseUrl": `${sandbox.url}/api` };
  for (const line of await linesOf(connect(sandbox, tooFar), webhook, sandbox))
    expect(line).toContain(`check that ${sandbox.url}/api is the address`);
  expect(only(sandbox).id).toBe(webhook.id);
});

test("an organisation that changes its host goes on; where nothing tells it, only an absence is an error, with the way out", async () => {
  const sandbox = await run({ profile: { organisationNamedBy: "nothing" } });
  const { id, ...known } = await createWebhook(connect(sandbox));
  const elsewhere = connect(sandbox, { "kustomer:baseUrl": sandbox.url.replace("127.0.0.1", "localhost") });
  expect(await outboundWebhook.read(elsewhere, id, known)).toMatchObject({
    webhookId: id,
    baseUrl: elsewhere.kustomer.settingsPlace.baseUrl,
  });
  sandbox.removeWebhook(id);
  expect(await lineOf(sandbox, outboundWebhook.read(elsewhere, id, known))).toContain(
    "say so with `pulumi state delete <its URN>`",
  );
});

test("a POST that takes effect after nobody looks any more is marked by a refresh, and removed by the next update or delete", async () => {
  const sandbox = await run();
  const connection = connect(sandbox);
  sandbox.fault({ on: { method: "POST" }, kind: "late", ms: 1200, status: 503 });
  const { id, ...known } = await createWebhook(connection);
  await new Promise((resolve) => setTimeout(resolve, 1300));
  expect(sandbox.webhooks()).toHaveLength(2);
  const read = await outboundWebhook.read(connection, id, known);
  expect(read?.isDoubled).toBe(true);
  expect(sandbox.webhooks()).toHaveLength(2);
  expect(await outboundWebhook.update(connection, id, { ...known, isDoubled: true }, webhookInputs())).toMatchObject({
    isDoubled: false,
  });
  expect(only(sandbox).id).toBe(id);
});
