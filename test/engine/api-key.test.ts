import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { type KustomerApiKeyArgs, KustomerApiKey, KustomerOutboundWebhook, RELAY_ROLES } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { TestStack, failureOf, sandboxConfig } from "./support/test-stack";

const program = (args: KustomerApiKeyArgs) => () => {
  const key = new KustomerApiKey("relay", args);
  return Promise.resolve({ token: key.token, keyId: key.keyId });
};

describe("an API key", () => {
  let sandbox: Sandbox;
  let stack: TestStack;
  const issuing = () => ({
    ...sandboxConfig(sandbox),
    "kustomer:issuerUrl": { value: sandbox.issuerUrl },
    "kustomer:issuerToken": { value: sandbox.issuerToken, secret: true },
  });
  const keys = () => sandbox.keys().filter(({ name }) => name !== "Management");

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await sandbox.close();
    stack.remove();
  });

  test("that an admin made is adopted; when it is revoked refresh shows it, and it outlives destroy", async () => {
    const { token, id } = sandbox.createKey({ name: "by hand", roles: RELAY_ROLES });
    const other = sandbox.createKey({ name: "another", roles: ["org.permission"] });
    stack = await TestStack.of(program({ token: pulumi.secret(token) }), sandboxConfig(sandbox));
    await stack.up();
    expect(await stack.outputs()).toEqual({
      token: { value: token, secret: true },
      keyId: { value: id, secret: false },
    });
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);

    sandbox.revokeKey(id);
    expect((await stack.refresh()).steps.map(({ op }) => op)).toEqual(["delete"]);
    expect(await failureOf(stack.up())).toContain('verify API key "relay": Kustomer answered 401');

    stack.program = program({ token: other.token });
    await stack.up();
    await stack.destroy();
    expect(keys().map((key) => key.id)).toEqual([other.id]);
    for (const secret of [token, other.token]) expect(stack.everything()).not.toContain(secret);
  });

  test("is issued where the provider names an issuer; other roles make a new one first, and then the old one goes", async () => {
    stack = await TestStack.of(program({}), issuing());
    await stack.up();
    const [first] = keys();
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);

    stack.program = () => {
      const key = new KustomerApiKey("relay", { roles: ["org.permission.message"] });
      new KustomerOutboundWebhook("user", {
        url: "https://example.com/hook",
        headers: { authorization: pulumi.interpolate`Bearer ${key.token}` },
        watchSeconds: 0,
      });
      return Promise.resolve({});
    };
    sandbox.clearRequests();
    await stack.up();
    expect(keys()).toMatchObject([{ roles: ["org.permission.message"] }]);
    expect(
      sandbox.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
    ).toEqual(["POST /issuer/keys", "POST /v1/outbound-webhooks", `DELETE /issuer/keys/${first?.id ?? ""}`]);
    await stack.destroy();
    expect(keys()).toEqual([]);
  });

  test("with neither token nor issuer lists the clicks and commands at preview, and nothing is made", async () => {
    stack = await TestStack.of(program({}), sandboxConfig(sandbox));
    const message = await failureOf(stack.preview());
    expect(message).toContain("Kustomer > Settings > Security > API Keys > Add API Key");
    expect(message).toContain("pulumi config set --secret <key> <token>");
    expect(sandbox.requests).toEqual([]);
  });
});
