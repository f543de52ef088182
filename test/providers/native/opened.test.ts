import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { opened } from "../../../providers/native/opened";
import { valueOf } from "../../components/support/declared";

test("a group with null in it, as Python sends None, is one in which that is not given, at any depth", async () => {
  const given = { kustomer: { apiKey: { token: null, roles: ["a"] } }, airkit: null };
  expect(await opened(given)).toEqual({ kustomer: { apiKey: { roles: ["a"] } } });
});

test("a group that comes as one output is opened: what is known stays plain, what is unknown and what is secret stays so", async () => {
  const { receiver, kustomer, destination } = await opened({
    receiver: pulumi.output({ kind: "aws", paused: true, destination: { headers: null, url: pulumi.unknown } }),
    kustomer: pulumi.secret({ apiKey: { token: "a-token" } }),
    destination: pulumi.output("https://example.com/"),
  });
  const { kind, paused, destination: inside } = receiver as Record<string, Record<string, unknown>>;
  expect({ kind, paused }).toEqual({ kind: "aws", paused: true });
  expect(Object.keys(inside ?? {})).toEqual(["url"]);
  expect(pulumi.Output.isInstance(inside?.url)).toBe(true);
  const { token } = (kustomer as { apiKey: { token: pulumi.Output<string> } }).apiKey;
  expect([await pulumi.isSecret(token), await valueOf(token)]).toEqual([true, "a-token"]);
  expect(pulumi.Output.isInstance(destination)).toBe(true);
});
