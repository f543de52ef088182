import { describe, expect, test } from "@jest/globals";
import { Organisation, describeClickedTogether } from "./support/clicked-together";

describeClickedTogether("contrary");

describe("a relay that was clicked together", () => {
  test("becomes a declared component in one step, Airkit half included, and can be rotated then", async () => {
    const organisation = await Organisation.with("contrary", "console");
    try {
      const { sandbox, shell } = organisation;
      const [former] = sandbox.webhooks();
      sandbox.clearRequests();
      const printed = await organisation.import("--as relays --yes");
      organisation.program(printed);
      await organisation.changesNothing();
      const urns = await shell.type("pulumi stack --show-urns");
      for (const part of ["api-key", "account", "resource", "webhook", "hub", "routing-flow"])
        expect(urns).toMatch(new RegExp(`kustomer-relay:index:KustomerRelay\\$pulumi-nodejs:.*::to-airkit-${part}`));

      organisation.program(
        printed
          .replace('"to-airkit", {', '"to-airkit", { rotation: 1,')
          .replace("webhook: {", "webhook: { watchSeconds: 0,"),
      );
      await shell.type("pulumi up --yes --skip-preview");
      const [now, ...others] = sandbox.webhooks();
      expect(others).toEqual([]);
      expect(now?.token).not.toBe(former?.token);
      expect(sandbox.airkitObjects("routing-flows")).toMatchObject([{ webhookSecretKey: now?.token }]);
    } finally {
      await organisation.close();
    }
  });
});
