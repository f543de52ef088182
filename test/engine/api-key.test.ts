import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { type KustomerApiKeyArgs, KustomerApiKey, KustomerOutboundWebhook, RELAY_ROLES } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { TestStack, askedOf, failureOf, sandboxConfig } from "./support/test-stack";

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

  test("is issued; a rotation updates what uses it in the same up, and the first up after the overlap revokes the former one", async () => {
    const using = (args: KustomerApiKeyArgs) => () => {
      const key = new KustomerApiKey("relay", args);
      new KustomerOutboundWebhook("user", {
        url: "https://example.com/hook",
        headers: { authorization: pulumi.interpolate`Bearer ${key.token}` },
        watchSeconds: 0,
      });
      return Promise.resolve({ token: key.token, revokeAfter: key.revokeAfter });
    };
    stack = await TestStack.of(using({}), issuing());
    await stack.up();
    const [first] = keys();
    const firstToken = (await stack.outputs()).token?.value;
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);

    stack.program = using({ rotation: 1 });
    sandbox.clearRequests();
    const rotated = await stack.up();
    expect(rotated.steps.map(({ op, name }) => `${op} ${name}`)).toEqual(["update relay", "update user"]);
    expect(rotated.output).toContain(`(${first?.id ?? ""}) has a successor and stays valid until`);
    const written = sandbox.requests.filter(({ method }) => method !== "GET");
    expect(written.map(({ method, path }) => `${method} ${path.replace(/\w{24}$/, "")}`)).toEqual([
      "POST /issuer/keys",
      "PATCH /v1/outbound-webhooks/",
    ]);
    expect(keys()).toHaveLength(2);
    expect((await stack.outputs()).token?.value).not.toBe(firstToken);
    expect(Date.parse(String((await stack.outputs()).revokeAfter?.value))).toBeGreaterThan(Date.now());
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);
    expect((await stack.refresh()).steps).toEqual([]);

    // Time passes; that the overlap is shorter now comes to the same.
    stack.program = using({ rotation: 1, overlapHours: 0 });
    const due = await stack.preview();
    expect(due.output).toContain("`pulumi up` revokes it");
    expect(due.steps.map(({ op, name }) => `${op} ${name}`)).toContain("update relay");
    expect((await stack.up()).steps.map(({ op, name }) => `${op} ${name}`)).toEqual(["update relay"]);
    expect(keys()).toHaveLength(1);
    expect(keys()[0]?.id).not.toBe(first?.id);
    expect((await stack.outputs()).revokeAfter?.value).toBe("");
    expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);

    // Destroyed in the middle of an overlap, it takes all its keys along.
    stack.program = using({ rotation: 1, roles: ["org.permission.message"] });
    await stack.up();
    expect(keys()).toHaveLength(2);
    expect((await stack.refresh()).steps).toEqual([]);
    await stack.destroy();
    expect(keys()).toEqual([]);
    expect(stack.everything()).not.toContain(String(firstToken));
  });

  test("that was adopted gives way to another token; a counter alone is asked for the token, and nothing is touched", async () => {
    const [first, second] = ["a", "b"].map((name) => sandbox.createKey({ name, roles: RELAY_ROLES }));
    const adopting = (given: KustomerApiKeyArgs) => program({ revokeOnDelete: true, overlapHours: 0, ...given });
    stack = await TestStack.of(adopting({ token: first?.token ?? "" }), sandboxConfig(sandbox));
    await stack.up();
    stack.program = adopting({ token: first?.token ?? "", rotation: 1 });
    expect(await failureOf(stack.preview())).toContain("`token` is still that of the present one");
    stack.program = adopting({ token: second?.token ?? "", rotation: 1 });
    expect((await stack.up()).steps.map(({ op }) => op)).toEqual(["update"]);
    expect(await stack.outputs()).toMatchObject({ keyId: { value: second?.id } });
    expect(keys()).toHaveLength(2);
    await stack.up();
    expect(keys().map(({ name }) => name)).toEqual(["b"]);
    for (const key of [first, second]) expect(stack.everything()).not.toContain(key?.token);
  });

  test("with neither token nor issuer lists the clicks and commands at preview, and nothing is made", async () => {
    stack = await TestStack.of(program({}), sandboxConfig(sandbox));
    const message = await failureOf(stack.preview());
    expect(message).toContain("Kustomer > Settings > Security > API Keys > Add API Key");
    expect(message).toContain("pulumi config set --secret <key>`, which asks for it");
    expect(askedOf(sandbox)).toEqual([]);
  });
});
