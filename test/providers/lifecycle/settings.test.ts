import { describe, expect, test } from "@jest/globals";
import { PROVIDER_NAME_KEY, environmentName, settingsFrom } from "../../../providers/lifecycle/settings";

function settings(config: Record<string, string>, environment: Record<string, string> = {}) {
  return settingsFrom((key) => config[key], environment);
}

describe("settings", () => {
  test("come from stack config, and the environment wins", () => {
    const config = { "kustomer:apiKey": "of the stack", "kustomer:org": "acme" };
    const known = settings(config, { KUSTOMER_API_KEY: "of the environment" });
    expect(known.get("kustomer:apiKey")).toBe("of the environment");
    expect(known.get("kustomer:org")).toBe("acme");
    expect(known.get("kustomer:baseUrl")).toBeUndefined();
  });

  test("are without the white space that was copied along, and blank is not set", () => {
    const known = settings({ "kustomer:apiKey": " key\n", "kustomer:org": "  " }, { KUSTOMER_API_KEY: "" });
    expect(known.get("kustomer:apiKey")).toBe("key");
    expect(known.get("kustomer:org")).toBeUndefined();
  });

  test("follow an environment that changes later", () => {
    const environment: Record<string, string> = {};
    const known = settings({ "kustomer:apiKey": "old" }, environment);
    environment.KUSTOMER_API_KEY = "new";
    expect(known.get("kustomer:apiKey")).toBe("new");
  });

  test("of an explicit provider heed only the variables that carry its name", () => {
    const config = { [PROVIDER_NAME_KEY]: "eu-west", "kustomer:apiKey": "its own" };
    expect(settings(config, { KUSTOMER_API_KEY: "of another" }).get("kustomer:apiKey")).toBe("its own");
    expect(settings(config, { KUSTOMER_API_KEY_EU_WEST: "for it" }).get("kustomer:apiKey")).toBe("for it");
  });

  test.each([
    ["kustomer:apiKey", undefined, "KUSTOMER_API_KEY"],
    ["kustomer:baseUrl", "eu", "KUSTOMER_BASE_URL_EU"],
    ["kustomer:issuerUrl", "acme.eu-2", "KUSTOMER_ISSUER_URL_ACME_EU_2"],
    ["airkit:token", "myEu", "AIRKIT_TOKEN_MY_EU"],
  ] as const)("%s of the provider %s is %s in the environment", (key, provider, variable) => {
    expect(environmentName(key, provider)).toBe(variable);
  });

  test("tell how to set them: a secret is asked for and never part of the command", () => {
    expect(settings({}).howToSet("kustomer:apiKey")).toBe(
      "run `pulumi config set --secret kustomer:apiKey` or set KUSTOMER_API_KEY in the environment",
    );
    expect(settings({}).howToSet("kustomer:org")).toBe(
      "run `pulumi config set kustomer:org <value>` or set KUSTOMER_ORG in the environment",
    );
    expect(settings({ [PROVIDER_NAME_KEY]: "eu" }).howToSet("kustomer:apiKey")).toBe(
      'pass it to new RelayProvider("eu", …) or set KUSTOMER_API_KEY_EU in the environment',
    );
  });
});
