import { expect, test } from "@jest/globals";
import { RelayProvider, type RelayProviderArgs } from "../../index";

test("an explicit provider in JavaScript is told of every setting that there is not, without its value", () => {
  const slip = { kustomer: { org: "acme", apikey: "in-clear" }, airkit: { drivr: "console" } };
  const declare = (): unknown => new RelayProvider("eu", slip as unknown as RelayProviderArgs);
  expect(declare).toThrow(
    /^RelayProvider "eu": kustomer\.apikey: no such setting; there are .*; airkit\.drivr: no such/,
  );
  expect(declare).not.toThrow(/in-clear/);
});
