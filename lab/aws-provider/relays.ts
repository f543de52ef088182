import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Engine, engineEnv } from "../../toolbox/pulumi";
import { LANGUAGES, writePython, writeYaml } from "../languages";
import { linkPackage } from "../link-package";
import { Code, pythonLiteral } from "../python-text";
import { goProgram, writeGo } from "./go-program";

/** The same relays in every language: one with a receiver of its own, two that share one. */
const RELAYS = ["own", "one", "two"] as const;
const HUB = { alarms: { oldestMinutes: 30 }, logRetentionDays: 14, tags: { team: "support" } };
const OWN = { kind: "aws", alarms: false, dashboard: false, destination: { headers: { "x-tenant": "acme" } } };

function relay(name: string, token: string, hub: unknown) {
  return {
    kustomer: { apiKey: { token }, webhook: { watchSeconds: 0 } },
    destination: "https://bots.example.com/in",
    receiver: name === "own" ? OWN : { kind: "aws", receiver: hub },
  };
}

/** What the relays may be declared in, over the plugin. */
export const PLUGIN_LANGUAGES = [...LANGUAGES, "go"] as const;
export type PluginLanguage = (typeof PLUGIN_LANGUAGES)[number];

/** The program of a language that the plugin serves, and what its CLI has to run with. */
export function writeWithPlugin(
  language: PluginLanguage,
  engine: Engine,
  directory: string,
  token: string,
): Promise<NodeJS.ProcessEnv> {
  if (language === "go") return writeGo(engine, directory, goProgram(token));
  if (language === "python") {
    const hub = new Code("hub");
    const program = [
      "import pulumi_kustomer_relay as relay",
      `hub = relay.aws.RelayReceiver("hub", **${pythonLiteral(HUB)})`,
      ...RELAYS.map((name) => `relay.KustomerRelay("${name}", **${pythonLiteral(relay(name, token, hub))})`),
      "",
    ];
    return writePython(engine, directory, program.join("\n"));
  }
  return writeYaml(engine, directory, {
    hub: { type: "kustomer-relay:aws:RelayReceiver", properties: HUB },
    ...Object.fromEntries(
      RELAYS.map((name) => [name, { type: "kustomer-relay:KustomerRelay", properties: relay(name, token, "${hub}") }]),
    ),
  });
}

/** The same with the dynamic providers. */
export function writeJavascript(engine: Engine, directory: string, token: string): NodeJS.ProcessEnv {
  const program = [
    'const { KustomerRelay } = require("pulumi-kustomer-relay");',
    'const { RelayReceiver } = require("pulumi-kustomer-relay/aws");',
    `const hub = new RelayReceiver("hub", ${JSON.stringify(HUB)});`,
    ...RELAYS.map((name) => {
      const args = JSON.stringify(relay(name, token, "hub")).replace('"receiver":"hub"', '"receiver":hub');
      return `new KustomerRelay("${name}", ${args});`;
    }),
    "",
  ];
  writeFileSync(path.join(directory, "Pulumi.yaml"), "name: relays\nruntime: nodejs\nmain: index.js\n");
  writeFileSync(path.join(directory, "package.json"), '{"private":true}');
  writeFileSync(path.join(directory, "index.js"), program.join("\n"));
  linkPackage(directory);
  return { ...engineEnv(engine), PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
}
