import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { startSandbox } from "../../sandbox";
import { CommandLine } from "../command-line";
import { type PluginLanguage, writeJavascript, writeWithPlugin } from "./relays";
import { providerEnv } from "./stack";
import type { Settings, Step } from "./run";

/**
 * Relays with receivers on AWS, declared by the plugin in one of its languages, go over to JavaScript and back on the real
 * provider: nothing is changed, and nothing is left when they are destroyed.
 */
export async function goOver({ engine, bin, aws, report }: Settings, language: PluginLanguage): Promise<Step[]> {
  const steps: Step[] = [];
  const directory = mkdtempSync(path.join(tmpdir(), `aws-in-${language}-`));
  const sandbox = await startSandbox();
  const { token } = sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES });
  const cli = new CommandLine({ engine, directory });
  const { variables } = cli;
  const runsWith = (environment: NodeJS.ProcessEnv): void => {
    const found = [environment.PATH, bin].join(path.delimiter);
    cli.env = { ...environment, ...variables, ...providerEnv(bin, aws), PATH: found };
  };
  const plugin = async (): Promise<void> => {
    runsWith(await writeWithPlugin(language, engine, directory, token));
  };
  const javascript = (): void => {
    runsWith(writeJavascript(engine, directory, token));
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
    await plugin();
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
    await run(`${language}: preview`, "preview");
    await run(`${language}: up`, ...up);
    const requests = sandbox.requests.length;
    await run(`${language}: up again`, ...up, "--expect-no-changes");
    await run(`${language}: refresh`, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
    javascript();
    await run("javascript: up", ...up, "--expect-no-changes");
    await plugin();
    await run(`${language}: up`, ...up, "--expect-no-changes");
    const changing = sandbox.requests.slice(requests).filter(({ method }) => method !== "GET");
    if (changing.length > 0)
      steps.push({ name: "requests", ms: 0, said: "", problems: [`${changing.length} requests changed something`] });
  } finally {
    await run(`${language}: destroy`, "destroy", "--yes", "--skip-preview");
    rmSync(directory, { recursive: true, force: true });
    await sandbox.close();
  }
  return steps;
}
