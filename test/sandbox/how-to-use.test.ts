import { afterEach, expect, test } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox";
import { howToUse } from "../../sandbox/how-to-use";
import { relaysOf } from "../../stack/relays";

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

test("what a person is told to declare is a relay, and what they are told to set is everything the sandbox needs", async () => {
  sandbox = await startSandbox();
  const text = howToUse(sandbox);

  const told = [...text.matchAll(/--path 'kustomer-relay:relays\[0\]\.(\S+)' (\S+)/g)].map(([, at, value]) => [
    at,
    value,
  ]);
  const [webChat] = sandbox.airkitObjects("resources");
  expect(told).toEqual([
    ["name", "support"],
    ["airkit.apiHostname", sandbox.url],
    ["airkit.hub.channelResourceIds[0]", webChat?.id],
  ]);
  const airkit = { apiHostname: sandbox.url, hub: { channelResourceIds: [webChat?.id] } };
  expect(relaysOf([{ name: "support", airkit }])[0]?.airkit).toMatchObject(airkit);

  const set = [...text.matchAll(/--(plaintext|secret) (\S+?)=/g)].map(([, how = "", key = ""]) => [key, how] as const);
  expect(Object.fromEntries(set)).toEqual({
    "kustomer:baseUrl": "plaintext",
    "kustomer:apiKey": "secret",
    "kustomer:issuerUrl": "plaintext",
    "kustomer:issuerToken": "secret",
    "airkit:driver": "plaintext",
    "airkit:baseUrl": "plaintext",
    "airkit:token": "secret",
    // As the plugin spells them.
    "kustomer-relay:kustomer.baseUrl": "plaintext",
    "kustomer-relay:kustomer.apiKey": "secret",
    "kustomer-relay:airkit.driver": "plaintext",
    "kustomer-relay:airkit.baseUrl": "plaintext",
    "kustomer-relay:airkit.token": "secret",
    kustomerToken: "secret",
  });
});

test("a sandbox that is started again tells the same", async () => {
  sandbox = await startSandbox();
  expect(howToUse(sandbox)).toBe(howToUse(sandbox));
  expect(sandbox.airkitObjects("resources")).toHaveLength(1);
});
