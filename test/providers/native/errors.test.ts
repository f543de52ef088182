import { status } from "@grpc/grpc-js";
import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { RelayError } from "../../../providers/lifecycle/errors";
import { serviceError } from "../../../providers/native/errors";
import { InvalidRequest } from "../../../providers/native/invalid-request";

test("a component's mistake is told as the program's, and in the words of this edge; only what nobody expected asks for a report", () => {
  const said = (error: unknown): string | undefined => serviceError(error).message;
  expect(said(new pulumi.RunError("no key is set: kustomer:apiKey"))).toBe(
    "no key is set: kustomer-relay:kustomer.apiKey",
  );
  expect(said(new RelayError("written by a newer one: npm install pulumi-kustomer-relay@latest"))).toBe(
    "written by a newer one: npm install pulumi-kustomer-relay@latest && npx kustomer-relay plugin install",
  );
  const parts = { doing: "look", what: "there is none", next: "make one" };
  expect(said(new RelayError(parts))).not.toContain("please report it");
  // Components come in a bundle with classes of its own.
  expect(said(Object.assign(new Error("there is none"), { name: "RelayError" }))).toBe("there is none");
  expect(said(new TypeError("x is not a function"))).toContain("(this is unexpected: please report it)");
  expect(serviceError(new InvalidRequest("there is no component Teapot")).code).toBe(status.INVALID_ARGUMENT);
});
