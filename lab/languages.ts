import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Engine, engineEnv, ensureLanguageHosts, repoRoot } from "../toolbox/pulumi";
import { linkPackage } from "./link-package";
import { pythonName } from "../providers/plugin-settings";
import { Code, pythonLiteral } from "./python-text";
import { ensurePythonEnvironment } from "../toolbox/pulumi/python-environment";

const SCHEMA = path.join(repoRoot(), "providers/native/schema.json");

export const LANGUAGES = ["yaml", "python"] as const;
export type Language = (typeof LANGUAGES)[number];
/** What a program may be written in: JavaScript has the dynamic providers, the others the plugin. */
export type ProgramLanguage = Language | "javascript";

/** A relay with all that the sandbox has to offer: what a program of any language declares of it. */
export interface RelayPlan {
  readonly apiHostname: string;
  readonly token: string;
  readonly webChatId: string;
  readonly rotation?: number;
  /** A receiver that the program's user runs. */
  readonly receiver?: { readonly publicUrl: string; readonly secretFile: string };
}

/** The files of a project that declares the relay `support`, and what its CLI has to run with. */
export async function writeProject(
  language: ProgramLanguage,
  engine: Engine,
  directory: string,
  plan: RelayPlan,
): Promise<NodeJS.ProcessEnv> {
  mkdirSync(directory, { recursive: true });
  const write = (file: string, text: string): void => {
    writeFileSync(path.join(directory, file), text);
  };
  if (language === "yaml") {
    const outputs = Object.fromEntries(OUTPUTS.map((name) => [name, `\${support.${name}}`]));
    return writeYaml(engine, directory, { support: yamlRelay(plan) }, outputs);
  }
  if (language === "javascript") {
    write("Pulumi.yaml", "name: relays\nruntime: nodejs\nmain: index.js\n");
    write("package.json", '{"private":true}');
    write("index.js", javascriptProgram(plan));
    linkPackage(directory);
    return { ...engineEnv(engine), PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  }
  return writePython(engine, directory, pythonProgram(plan));
}

/** A Python program, and what its CLI has to run with. */
export async function writePython(engine: Engine, directory: string, program: string): Promise<NodeJS.ProcessEnv> {
  writeFileSync(path.join(directory, "Pulumi.yaml"), `name: relays\nruntime: python\n${plugins()}`);
  writeFileSync(path.join(directory, "__main__.py"), program);
  const hosts = await ensureLanguageHosts(engine, ["python"]);
  const environment = await ensurePythonEnvironment(SCHEMA);
  return engineEnv(engine, process.env, [path.join(environment, "bin"), ...hosts]);
}

/** A YAML program that declares these resources, and what its CLI has to run with. */
export async function writeYaml(
  engine: Engine,
  directory: string,
  resources: Readonly<Record<string, unknown>>,
  outputs: Readonly<Record<string, string>> = {},
): Promise<NodeJS.ProcessEnv> {
  // JSON is YAML.
  const program = `resources: ${JSON.stringify(resources)}\noutputs: ${JSON.stringify(outputs)}\n`;
  writeFileSync(path.join(directory, "Pulumi.yaml"), `name: relays\nruntime: yaml\n${plugins()}${program}`);
  return engineEnv(engine, process.env, await ensureLanguageHosts(engine, ["yaml"]));
}

function plugins(): string {
  const folder = path.join(repoRoot(), "dist/plugin");
  return `plugins:\n  providers:\n    - name: kustomer-relay\n      path: ${folder}\n`;
}

const OUTPUTS = [
  "destinationUrl",
  "webhookUrl",
  "webhookId",
  "signingSecret",
  "kustomerApiKey",
  "accountId",
  "hubId",
  "status",
];

/** The arguments as YAML and JavaScript spell them. */
function argumentsOf({ apiHostname, webChatId, rotation = 0, receiver }: RelayPlan, token: unknown) {
  return {
    rotation,
    kustomer: { apiKey: { token }, webhook: { watchSeconds: 1 } },
    airkit: { apiHostname, hub: { channelResourceIds: [webChatId] } },
    ...(receiver && { receiver: { kind: "self-hosted", ...receiver } }),
  };
}

function yamlRelay(plan: RelayPlan): unknown {
  return { type: "kustomer-relay:KustomerRelay", properties: argumentsOf(plan, { "fn::secret": plan.token }) };
}

function javascriptProgram(plan: RelayPlan): string {
  return [
    'const pulumi = require("@pulumi/pulumi");',
    'const { KustomerRelay } = require("pulumi-kustomer-relay");',
    `const given = ${JSON.stringify(argumentsOf(plan, plan.token))};`,
    "given.kustomer.apiKey.token = pulumi.secret(given.kustomer.apiKey.token);",
    'const support = new KustomerRelay("support", given);',
    `for (const name of ${JSON.stringify(OUTPUTS)}) exports[name] = support[name];`,
    "",
  ].join("\n");
}

function pythonProgram(plan: RelayPlan): string {
  const token = new Code(`pulumi.Output.secret(${pythonLiteral(plan.token)})`);
  return [
    "import pulumi",
    "import pulumi_kustomer_relay as relay",
    `support = relay.KustomerRelay("support", **${pythonLiteral(argumentsOf(plan, token))})`,
    ...OUTPUTS.map((name) => `pulumi.export("${name}", support.${pythonName(name)})`),
    "",
  ].join("\n");
}
