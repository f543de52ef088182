import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectToKustomer } from "../../../providers/kustomer/connection";
import { outboundWebhook } from "../../../providers/kustomer/outbound-webhook";
import { verifyAccess } from "../../../providers/kustomer/verify-access";
import { type Run, newRun } from "../../../providers/lifecycle/run";
import { settingsFrom } from "../../../providers/lifecycle/settings";
import { check } from "../../../providers/lifecycle/operations/check";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { calls, clientOf, settingsOf } from "./support";
import { quickenTime } from "../../support/quicken-time";

quickenTime(5);

let sandbox: Sandbox;
let warnings: string[];
let run: Run;

beforeEach(async () => {
  sandbox = await startSandbox();
  warnings = [];
  run = newRun({ show: (warning) => warnings.push(warning) });
});
afterEach(() => sandbox.close());

const clientAt = (baseUrl: string): ReturnType<typeof connectToKustomer> =>
  connectToKustomer(settingsFrom((key) => ({ "kustomer:baseUrl": baseUrl, "kustomer:apiKey": "a-key" })[key], {}));

describe("before anything is planned, Kustomer is asked whether it lets us in", () => {
  test("once in a run for each organisation and key, however many resources there are", async () => {
    const other = sandbox.createKey({ name: "other", roles: ["org.permission"] });
    for (let count = 0; count < 3; count += 1) expect(await verifyAccess(clientOf(sandbox), run)).toEqual([]);
    await Promise.all([1, 2].map(() => verifyAccess(clientOf(sandbox, { "kustomer:apiKey": other.token }), run)));
    expect(calls(sandbox)).toEqual(["GET /v1/auth/tokens/current", "GET /v1/auth/tokens/current"]);
  });

  test("a key that was revoked is told by the check of the first resource, with the remedy, and shows no key", async () => {
    const { id, token } = sandbox.createKey({ name: "old", roles: ["org.permission"] });
    sandbox.revokeKey(id);
    const context = { settings: settingsOf(sandbox, { "kustomer:apiKey": token }), run };
    const given = { name: "relay", url: "https://example.com", mark: "m" };
    const { failures } = await check(outboundWebhook, context, { given });
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(
        /^read the management key: Kustomer answered 401.*the management key \(kustomer:apiKey\) is not accepted: check that it is complete and not revoked/,
      ),
    ]);
    expect(JSON.stringify(failures)).not.toContain(token);
  });

  test("without a network there is a warning, and the preview goes on", async () => {
    const server = await listening(() => undefined);
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await verifyAccess(clientAt(`http://127.0.0.1:${port}`), run)).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^could not verify the key of http:.*ECONNREFUSED/)]);
  });

  test.each([
    ["a page of HTML", 200, "<html>Welcome</html>", /does not answer as Kustomer's API does: check kustomer:org/],
    ["404", 404, "<html>nothing here</html>", /answered 404; .*check kustomer:org/],
    [
      "403 for this machine's address",
      403,
      '{"errors":[{"message":"IP not in CIDR range"}]}',
      /restricted to certain IP addresses/,
    ],
    ["403 without a word", 403, "", /answered 403; check kustomer:apiKey/],
  ])("a server that answers %s is told with what to check", async (_, status, body, words) => {
    const server = await listening((response) => {
      response.statusCode = status;
      response.end(body);
    });
    try {
      const { port } = server.address() as AddressInfo;
      expect(await verifyAccess(clientAt(`http://127.0.0.1:${port}`), run)).toEqual([expect.stringMatching(words)]);
      expect(warnings).toEqual([]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

function listening(answer: (response: ServerResponse) => void): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader("connection", "close");
    answer(response);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(server);
    });
  });
}
