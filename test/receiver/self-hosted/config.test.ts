import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { ConfigError } from "../../../receiver/self-hosted/config";
import { loadConfig } from "../../../receiver/self-hosted/config-file";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

function file(text: string): string {
  const path = join(folder, "receiver.yaml");
  writeFileSync(path, text);
  return path;
}

const RELAY = `
relays:
  - name: airkit
    secrets: [{ file: /run/secrets/kustomer }]
    destination: { url: https://api.airkit.com/receive-message }
`;

describe("a configuration file", () => {
  test("needs nothing but a relay; everything else has a default", () => {
    expect(loadConfig(file(RELAY), {})).toMatchObject({
      listen: { host: "127.0.0.1", port: 8080 },
      store: { folder: "kustomer-relay-store", dedupeHours: 24 },
      limits: { bodyKiB: 1024 },
      relays: [{ path: "/kustomer", destination: { giveUpAfterDays: 14, timeoutSeconds: 30 } }],
    });
  });

  test("is overridden by flags, key by key", () => {
    const config = loadConfig(file(`${RELAY}listen: { host: 0.0.0.0, port: 9000 }\n`), {
      port: 9001,
      store: "/elsewhere",
    });
    expect(config).toMatchObject({ listen: { host: "0.0.0.0", port: 9001 }, store: { folder: "/elsewhere" } });
  });

  test.each([
    ["an unknown key", `${RELAY}lissten: { port: 1 }`, /Unrecognized key.*lissten/],
    ["no relay", "relays: []", /declare at least one relay/],
    ["plain http", RELAY.replace("https:", "http:"), /relays\.0\.destination\.url: is plain http/],
    [
      "an age limit that Kustomer's own retries exceed",
      RELAY.replace("secrets", "maxAgeMinutes: 30\n    secrets"),
      /65/,
    ],
    ["a shorter memory than Kustomer's", `${RELAY}store: { dedupeHours: 1 }`, /store\.dedupeHours.*24/],
    ["bad YAML", "relays: [", /receiver\.yaml/],
    ["a list where keys belong", "- a\n- b", /expected keys and values/],
    [
      "two relays on one path",
      RELAY + RELAY.replace("relays:", "").replace("airkit", "other"),
      /relays\.1\.path: is used/,
    ],
    [
      "two relays on paths that differ in a trailing slash",
      RELAY +
        RELAY.replace("relays:", "").replace("airkit", "other").replace("secrets", "path: /kustomer/\n    secrets"),
      /relays\.1\.path: is used/,
    ],
    [
      "a controls file beside controls of its own, where one of the two would do nothing",
      RELAY.replace("secrets", "paused: true\n    controlsFile: /run/controls.json\n    secrets"),
      /relays\.0\.controlsFile: says everything about the relay's controls: take `paused` out here, or leave it out/,
    ],
    [
      "a path with a query",
      RELAY.replace("secrets", "path: /kustomer?a=1\n    secrets"),
      /relays\.0\.path: has a query/,
    ],
    [
      "a public address that leads to no relay",
      RELAY.replace("secrets", "publicUrl: https://r.example/other\n    secrets"),
      /relays\.0\.publicUrl: has the path \/other, which is no relay's; the receiver knows \/kustomer/,
    ],
    [
      "a header that breaks the line",
      RELAY.replace("message }", 'message, headers: { x-key: "a\\r\\nb" } }'),
      /relays\.0\.destination\.headers\.x-key: holds a line break/,
    ],
    [
      "a header that HTTP sets itself",
      RELAY.replace("message }", "message, headers: { Expect: 100-continue } }"),
      /headers\.Expect: is set by HTTP/,
    ],
    [
      "a number as a header's value, whose digits YAML may have changed",
      RELAY.replace("message }", "message, headers: { x-tenant: 007 } }"),
      /headers\.x-tenant: is not text; put its value into quotes/,
    ],
  ])("with %s is refused with the place of the mistake", (_, text, message) => {
    expect(() => loadConfig(file(text), {})).toThrow(ConfigError);
    expect(() => loadConfig(file(text), {})).toThrow(message);
  });

  test("that is not there is reported with what to do", () => {
    expect(() => loadConfig(join(folder, "none.yaml"), {})).toThrow(/none\.yaml: .*--config.*--destination/);
  });
});

test("without a file the flags declare a relay, with the secrets' usual variables", () => {
  expect(loadConfig(undefined, { destination: "https://api.airkit.com/x" }).relays).toMatchObject([
    { name: "airkit", secrets: [{ env: "KUSTOMER_RELAY_SECRET" }, { env: "KUSTOMER_RELAY_SECRET_PREVIOUS" }] },
  ]);
});
