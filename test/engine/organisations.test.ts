import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { KustomerApiKey, KustomerOutboundWebhook, RELAY_ROLES } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { serve, useCleanup } from "../sandbox/running";
import { TestStack, failureOf } from "./support/test-stack";

useCleanup();

const program =
  (name = "relay", rotation = 0) =>
  () => {
    new KustomerOutboundWebhook("relay", { name, url: "https://example.com/hook", watchSeconds: 0, rotation });
    new KustomerApiKey("key", { roles: [...RELAY_ROLES] });
    return Promise.resolve();
  };

describe("a stack whose settings lead to another organisation than its state, in the middle of a rotation", () => {
  let acme: Sandbox;
  let globex: Sandbox;
  let stack: TestStack;
  let known: unknown;

  /** Of the environment, since refresh and destroy take the stack's config out of the state. */
  const settingsOf = (sandbox: Sandbox) => ({
    KUSTOMER_BASE_URL: sandbox.url,
    KUSTOMER_API_KEY: sandbox.managementKey,
    KUSTOMER_ISSUER_URL: sandbox.issuerUrl,
    KUSTOMER_ISSUER_TOKEN: sandbox.issuerToken,
  });
  const everything = () => [acme, globex].map((sandbox) => [sandbox.webhooks(), sandbox.keys().map(({ id }) => id)]);
  // The engine writes them down in the order in which they were done.
  const objects = async () =>
    (await stack.state())
      .filter(({ urn }) => urn.includes("kustomer:"))
      .map(({ urn, id }) => [urn, id])
      .sort((one, other) => one.join(" ").localeCompare(other.join(" ")));

  beforeAll(async () => {
    [acme, globex] = [await startSandbox({ organisation: "acme" }), await startSandbox({ organisation: "globex" })];
    globex.createWebhook({ name: "theirs", url: "https://example.com/hook" });
    stack = await TestStack.of(program(), {}, { env: settingsOf(acme) });
    await stack.up();
    stack.program = program("relay", 1);
    acme.fault({ on: { method: "DELETE" }, kind: "status", status: 403 });
    await failureOf(stack.up());
    expect(acme.webhooks()).toHaveLength(2);
    known = [everything(), await objects()];
    stack.env(settingsOf(globex));
  });
  afterAll(async () => {
    await Promise.all([acme.close(), globex.close()]);
    stack.remove();
  });

  test.each([
    ["refresh", () => stack.refresh()],
    ["preview --refresh", () => stack.preview({ refresh: true })],
    ["an update", () => ((stack.program = program("other", 1)), stack.up())],
    ["a rotation", () => ((stack.program = program("relay", 2)), stack.up())],
    ["destroy", () => stack.destroy()],
  ])("%s fails, names both, and neither they nor the state are changed", async (_, run) => {
    const message = await failureOf(run());
    for (const { organisation } of [acme, globex]) expect(message).toContain(organisation.id);
    expect(message).toMatch(/it belongs to the organisation acme .* but the settings lead to the organisation globex/);
    expect([everything(), await objects()]).toEqual(known);
  });

  test.each([
    ["404", 404, "text/plain", "not found"],
    ["401", 401, "application/json", "{}"],
    ["a page of HTML", 200, "text/html", "<html>Sign in</html>"],
  ])("an address that answers everything with %s drops nothing from the state, and is named", async (_, ...answer) => {
    const [status, type, body] = answer;
    const address = new URL(
      await serve((_, response) => response.writeHead(status, { "content-type": type }).end(body)),
    ).origin;
    stack.env({ ...settingsOf(acme), KUSTOMER_BASE_URL: address });
    expect(await failureOf(stack.refresh())).toContain(address);
    expect([everything(), await objects()]).toEqual(known);
  });

  test("goes on as if nothing had been, once they lead back, by another name of its host, and ends the rotation", async () => {
    stack.env({ ...settingsOf(acme), KUSTOMER_BASE_URL: acme.url.replace("127.0.0.1", "localhost") });
    stack.program = program("relay", 1);
    const [, successor] = acme.webhooks();
    const { steps } = await stack.up({ refresh: true });
    expect(steps.map(({ op }) => op)).toEqual(["delete-replaced"]);
    expect(acme.webhooks()).toEqual([successor]);
    expect(globex.webhooks()).toHaveLength(1);
    const all = stack.everything();
    for (const sandbox of [acme, globex])
      for (const secret of [
        sandbox.managementKey,
        sandbox.issuerToken,
        ...sandbox.webhooks().map(({ token }) => token),
      ])
        expect(all).not.toContain(secret);
  });
});
