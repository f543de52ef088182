const assert = require("node:assert");
const { before, test } = require("node:test");
const pulumi = require("@pulumi/pulumi");

const declared = [];

before(() =>
  pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      declared.push({ type, name, inputs });
      return { id: `${name}-id`, state: { ...inputs, resourceId: "5f2c0000-0000-4000-8000-000000000002", steps: [] } };
    },
    call: () => ({}),
  }),
);

const valueOf = (output) => new Promise((resolve) => output.apply(resolve));

test("every environment's webhook says which environment it is of", async () => {
  const { companyRelay } = require("./relay");
  const relay = companyRelay("prod");
  assert.match(await valueOf(relay.destinationUrl), /5f2c0000/);
  await valueOf(relay.webhookId);
  const webhook = declared.find(({ type }) => type === "pulumi-nodejs:kustomer:OutboundWebhook");
  assert.strictEqual(webhook.inputs.name, "Airkit (prod)");
});
