import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { KustomerOutboundWebhook } from "../../../index";

test("a resource with the option `import` is refused, with the command that imports this very object", () => {
  const declare = (): unknown =>
    new KustomerOutboundWebhook("relay", { url: "https://example.com" }, { import: "5c0000000000000000000003" });
  expect(declare).toThrow(
    /^import KustomerOutboundWebhook "relay": .*kustomer-relay import --pick 5c0000000000000000000003/,
  );
  expect(pulumi.RunError.isInstance(thrownBy(declare))).toBe(true);
});

function thrownBy(declare: () => unknown): unknown {
  try {
    return declare();
  } catch (error) {
    return error;
  }
}
