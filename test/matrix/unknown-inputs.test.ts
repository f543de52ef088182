import { afterEach, beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { KustomerOutboundWebhook, KustomerRelay, RELAY_ROLES, ReceiverRoute, RelayProvider } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { airkitConfig, TestStack, sandboxConfig } from "../engine/support/test-stack";

let sandbox: Sandbox;
let stack: TestStack;

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  await sandbox.close();
  stack.remove();
});

/** An output of something that is not made yet, whatever it will be. */
const later = <T>(of: ReceiverRoute, value: T): pulumi.Output<T> => of.path.apply(() => value);

test("each argument of a webhook, list items, header values and provider settings may be known only later, to create and to change", async () => {
  const program = (generation: string) => () => {
    const route = new ReceiverRoute(generation);
    const provider = new RelayProvider("org", {
      kustomer: {
        baseUrl: later(route, sandbox.url),
        apiKey: later(route, sandbox.managementKey),
        timeoutSeconds: later(route, 10),
        webhookLimit: later(route, 5),
      },
    });
    new KustomerOutboundWebhook(
      "relay",
      {
        name: pulumi.interpolate`relay ${later(route, generation)}`,
        url: pulumi.interpolate`https://example.com/${route.path}`,
        events: [later(route, "kustomer.message.create" as const), "kustomer.conversation.update"],
        headers: { "x-plain": "1", "x-later": pulumi.secret(later(route, `value of ${generation}`)) },
        enabled: later(route, true),
        watchSeconds: later(route, 0),
        rotation: later(route, 0),
      },
      { provider },
    );
    return Promise.resolve({});
  };
  stack = await TestStack.of(program("one"));
  for (const generation of ["one", "two"]) {
    stack.program = program(generation);
    await stack.preview();
    await stack.up();
    expect(sandbox.webhooks()).toMatchObject([{ name: `relay ${generation}`, enabled: true }]);
    expect(JSON.stringify(sandbox.webhooks())).toContain(`value of ${generation}`);
  }
  await stack.preview({ expectNoChanges: true });
});

test("each argument of a relay may be known only later, the driver and the ids of what exists included", async () => {
  const { token } = sandbox.createKey({ name: "by hand", roles: RELAY_ROLES });
  const account = sandbox.createAirkitObject("accounts", {
    name: "by hand",
    integration: "Kustomer",
    apiKey: token,
  }).id;
  const channel = { name: "Web Chat", capabilities: ["MESSAGING_SEND_TEXT"], datasourceId: account };
  const webChat = sandbox.createAirkitObject("resources", channel).id;
  const program = (generation: string) => () => {
    const route = new ReceiverRoute(generation);
    new KustomerRelay("support", {
      kustomer: {
        apiKey: { token: pulumi.secret(later(route, token)), roles: RELAY_ROLES.map((role) => later(route, role)) },
        webhook: { name: later(route, generation), watchSeconds: later(route, 0) },
      },
      airkit: {
        apiHostname: later(route, "eu.api.prod.airkit.com"),
        account: { name: later(route, generation) },
        resource: { name: later(route, generation), capabilities: [later(route, "MESSAGING_SEND_TEXT" as const)] },
        hub: { name: later(route, generation), channelResourceIds: [later(route, webChat)] },
        routingFlow: { name: later(route, generation) },
      },
      rotation: later(route, 0),
      apiKeyRotation: later(route, 0),
    });
    return Promise.resolve({});
  };
  stack = await TestStack.of(program("one"), {
    ...sandboxConfig(sandbox),
    ...airkitConfig(sandbox),
  });
  for (const generation of ["one", "two"]) {
    stack.program = program(generation);
    await stack.preview();
    await stack.up();
    expect(sandbox.webhooks()).toMatchObject([{ name: generation }]);
  }
  await stack.preview({ expectNoChanges: true });
  expect(stack.everything()).not.toContain(token);
});
