import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { startSandbox } from "../../sandbox";
import { engineEnv } from "../../toolbox/pulumi";
import { CommandLine } from "../command-line";
import { writeYaml } from "../languages";
import { linkPackage } from "../link-package";
import { providerEnv } from "./stack";
import type { Settings, Step } from "./run";

/** The same relays in YAML and in JavaScript: one with a receiver of its own, two that share one. */
const RELAYS = ["own", "one", "two"] as const;
const HUB = { alarms: { oldestMinutes: 30 }, logRetentionDays: 14, tags: { team: "support" } };
const OWN = { kind: "aws", alarms: false, dashboard: false, destination: { headers: { "x-tenant": "acme" } } };

/**
 * Relays with receivers on AWS, declared in YAML by the plugin, go over to JavaScript and back on the real provider: nothing is
 * changed, and nothing is left when they are destroyed.
 */
export async function goOver({ engine, bin, aws, report }: Settings): Promise<Step[]> {
  const steps: Step[] = [];
  const directory = mkdtempSync(path.join(tmpdir(), "aws-in-yaml-"));
  const sandbox = await startSandbox();
  const { token } = sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES });
  const relay = (receiver: object) => ({
    kustomer: { apiKey: { token }, webhook: { watchSeconds: 0 } },
    destination: "https://bots.example.com/in",
    receiver,
  });
  const of = (name: string, hub: unknown) => relay(name === "own" ? OWN : { kind: "aws", receiver: hub });
  const cli = new CommandLine({ engine, directory });
  const { variables } = cli;
  const runsWith = (environment: NodeJS.ProcessEnv): void => {
    const found = [environment.PATH, bin].join(path.delimiter);
    cli.env = { ...environment, ...variables, ...providerEnv(bin, aws), PATH: found };
  };
  const yaml = async (): Promise<void> => {
    const resources = {
      hub: { type: "kustomer-relay:aws:RelayReceiver", properties: HUB },
      ...Object.fromEntries(
        RELAYS.map((name) => [name, { type: "kustomer-relay:KustomerRelay", properties: of(name, "${hub}") }]),
      ),
    };
    runsWith(await writeYaml(engine, directory, resources));
  };
  const javascript = (): void => {
    const program = [
      'const { KustomerRelay } = require("pulumi-kustomer-relay");',
      'const { RelayReceiver } = require("pulumi-kustomer-relay/aws");',
      `const hub = new RelayReceiver("hub", ${JSON.stringify(HUB)});`,
      ...RELAYS.map((name) => {
        const args = JSON.stringify(of(name, "hub")).replace('"receiver":"hub"', '"receiver":hub');
        return `new KustomerRelay("${name}", ${args});`;
      }),
      "",
    ];
    writeFileSync(path.join(directory, "Pulumi.yaml"), "name: relays\nruntime: nodejs\nmain: index.js\n");
    writeFileSync(path.join(directory, "package.json"), '{"private":true}');
    writeFileSync(path.join(directory, "index.js"), program.join("\n"));
    linkPackage(directory);
    runsWith({ ...engineEnv(engine), PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
  };
  const run = async (name: string, ...args: string[]): Promise<void> => {
    const started = performance.now();
    const { status, output } = await cli.start(args).ended;
    const said = /^ +[-+~\d][^\n]*\b(unchanged|deleted|created|to create)$/m.exec(output)?.[0].trim();
    const step = {
      name,
      ms: Math.round(performance.now() - started),
      said: said ?? "",
      problems: status === 0 ? [] : [output],
    };
    steps.push(step);
    report(step);
  };
  const settings = {
    "kustomer.baseUrl": sandbox.url,
    "kustomer.apiKey": sandbox.managementKey,
  };
  const up = ["up", "--yes", "--skip-preview"];
  try {
    await yaml();
    await cli.must(["stack", "init", "dev"]);
    // As each language spells them.
    const spelled = Object.entries(settings).flatMap(([key, value]) =>
      [`kustomer-relay:${key}`, key.replace(".", ":")].flatMap((name) => ["--secret", `${name}=${value}`]),
    );
    const forAws = [
      "--plaintext",
      "aws:skipCredentialsValidation=true",
      "--plaintext",
      "aws:skipMetadataApiCheck=true",
    ];
    await cli.must(["config", "set-all", "--path", ...spelled, ...forAws]);
    await run("yaml: preview", "preview");
    await run("yaml: up", ...up);
    const requests = sandbox.requests.length;
    await run("yaml: up again", ...up, "--expect-no-changes");
    await run("yaml: refresh", "refresh", "--yes", "--skip-preview", "--expect-no-changes");
    javascript();
    await run("javascript: up", ...up, "--expect-no-changes");
    await yaml();
    await run("yaml: up", ...up, "--expect-no-changes");
    const changing = sandbox.requests.slice(requests).filter(({ method }) => method !== "GET");
    if (changing.length > 0)
      steps.push({ name: "requests", ms: 0, said: "", problems: [`${changing.length} requests changed something`] });
  } finally {
    await run("yaml: destroy", "destroy", "--yes", "--skip-preview");
    rmSync(directory, { recursive: true, force: true });
    await sandbox.close();
  }
  return steps;
}
