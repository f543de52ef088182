import { afterEach, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type Sandbox, startSandbox } from "../../sandbox";
import { howToUse } from "../../sandbox/how-to-use";
import { relaysOf } from "../../stack/relays";

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

test("what a person is told to declare is a relay, and what they are told to set is everything the sandbox needs", async () => {
  sandbox = await startSandbox();
  const text = howToUse(sandbox);

  const declared = text.slice(text.indexOf("  kustomer-relay:relays:"), text.indexOf("\nThen, after"));
  const [relay] = relaysOf((parse(declared) as Record<string, unknown>)["kustomer-relay:relays"]);
  const [webChat] = sandbox.airkitObjects("resources");
  expect(relay?.airkit).toMatchObject({ apiHostname: sandbox.url, hub: { channelResourceIds: [webChat?.id] } });

  const set = [...text.matchAll(/--(plaintext|secret) (\S+?)=/g)].map(([, how = "", key = ""]) => [key, how] as const);
  expect(Object.fromEntries(set)).toEqual({
    "kustomer:baseUrl": "plaintext",
    "kustomer:apiKey": "secret",
    "kustomer:issuerUrl": "plaintext",
    "kustomer:issuerToken": "secret",
    "airkit:driver": "plaintext",
    "airkit:baseUrl": "plaintext",
    "airkit:token": "secret",
  });
});

test("a sandbox that is started again tells the same", async () => {
  sandbox = await startSandbox();
  expect(howToUse(sandbox)).toBe(howToUse(sandbox));
  expect(sandbox.airkitObjects("resources")).toHaveLength(1);
});
