import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { declareRelays, relaysInStackConfig } from "../../stack";
import { onRealSettings, registered, valueOf } from "../components/support/declared";
import { ACCOUNT, HUB, RESOURCE } from "../components/support/relays";

const READY = { "kustomer:org": "acme", "kustomer:apiKey": "a-management-key", "airkit:driver": "console" };
const support = {
  name: "support",
  kustomer: { apiKey: { token: "a-key" }, webhook: { headers: { "x-team": "support" } } },
  airkit: {
    account: { id: ACCOUNT },
    resource: { id: `https://app.airkit.com/resources/${RESOURCE}` },
    hub: { id: HUB },
  },
};
const sales = { name: "sales", kustomer: support.kustomer, destination: "https://bots.example.com/in" };
const inConfig = (relays: unknown, settings: Record<string, string> = READY): void => {
  pulumi.runtime.setAllConfig({ ...settings, "kustomer-relay:relays": JSON.stringify(relays) });
};

describe("the ready-made stack", () => {
  test("declares the relays of stack config, and gives what each of them gives by its name", async () => {
    inConfig([support, sales]);
    const made: Record<string, unknown>[] = [];
    const resources = await registered(() => made.push(declareRelays()));
    expect(resources.filter(({ type }) => type.endsWith(":KustomerRelay")).map(({ name }) => name)).toEqual([
      "support",
      "sales",
    ]);
    const [outputs] = made as Record<string, Record<string, pulumi.Output<unknown>>>[];
    expect(Object.keys(outputs ?? {})).toEqual(["support", "sales"]);
    expect(await valueOf(pulumi.output(outputs?.support?.operatorSteps))).toBe("nothing left to do");
    expect(await valueOf(pulumi.output(outputs?.support?.destinationUrl))).toContain(RESOURCE);
    expect(await valueOf(pulumi.output(outputs?.sales?.destinationUrl))).toBe("https://bots.example.com/in");
  });

  test("keeps every header value secret: which of them are is lost on the way", async () => {
    inConfig([support]);
    const [relay] = relaysInStackConfig();
    expect(await pulumi.isSecret(pulumi.output(relay?.args.kustomer?.webhook?.headers))).toBe(true);
  });
});

describe("the ready-made stack's mistakes", () => {
  beforeEach(onRealSettings);
  afterEach(() => pulumi.runtime.disconnect());

  test("are told as mistakes of the file, without a stack", () => {
    inConfig([{ ...support, rotaton: 1 }]);
    expect(declareRelays).toThrow("kustomer-relay:relays[0].rotaton: no such setting; did you mean rotation?");
    inConfig([]);
    expect(declareRelays).toThrow(/^no relays are declared yet/);
  });

  test("in settings are told once for all relays", () => {
    inConfig([support, { ...sales, kustomer: {} }], {});
    expect(declareRelays).toThrow(/^3 problems must be fixed first; nothing was changed:/);
  });
});
