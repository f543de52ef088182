import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { RELAY_ROLES } from "../../../index";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { CommandLine } from "./command-line";

const ROOT = path.resolve(__dirname, "../../..");

/** An example as somebody has it who copied it and ran `npm install`, beside a sandbox in which the usual things exist. */
export class Example {
  private constructor(
    readonly sandbox: Sandbox,
    readonly shell: CommandLine,
    readonly token: string,
    readonly ids: Readonly<Record<"webChat" | "account" | "resource" | "hub", string>>,
  ) {}

  static async copied(name: string): Promise<Example> {
    const sandbox = await startSandbox();
    // The types of all examples are checked at once, which takes less time than at every command.
    const shell = await CommandLine.open({ PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
    cpSync(path.join(ROOT, "examples", name), shell.directory, { recursive: true });
    const modules = path.join(shell.directory, "node_modules");
    mkdirSync(modules);
    symlinkSync(ROOT, path.join(modules, "pulumi-kustomer-relay"));
    for (const installed of ["@pulumi", "@types", "typescript"])
      symlinkSync(path.join(ROOT, "node_modules", installed), path.join(modules, installed));
    const { token } = sandbox.createKey({ name: "by hand", roles: RELAY_ROLES });
    return new Example(sandbox, shell, token, makeUsualThings(sandbox, token));
  }

  /** A stack whose file comes with the example, with a sandbox in place of the real addresses. */
  async stack(
    name: string,
    project: string,
    plain: Record<string, string>,
    secret: Record<string, string> = {},
  ): Promise<void> {
    await this.shell.type(`pulumi stack init ${name}`);
    const settings = {
      "--plaintext": { "kustomer:baseUrl": this.sandbox.url, ...prefixed(project, plain) },
      "--secret": {
        "kustomer:apiKey": this.sandbox.managementKey,
        ...prefixed(project, { kustomerToken: this.token, ...secret }),
      },
    };
    const words = Object.entries(settings).flatMap(([flag, values]) =>
      Object.entries(values).map(([key, value]) => `${flag} '${key}=${value}'`),
    );
    await this.shell.type(`pulumi config set-all --path ${words.join(" ")}`);
  }

  /** For the console driver. */
  get consoleSettings(): { plain: Record<string, string>; secret: Record<string, string> } {
    return {
      plain: { "airkit:driver": "console", "airkit:baseUrl": this.sandbox.airkitConsoleUrl },
      secret: { "airkit:token": this.sandbox.airkitToken },
    };
  }

  up(): Promise<string> {
    return this.shell.type("pulumi up --yes --skip-preview");
  }

  async changesNothing(): Promise<void> {
    await this.shell.type("pulumi preview --expect-no-changes");
  }

  destroy(): Promise<string> {
    return this.shell.type("pulumi destroy --yes --skip-preview");
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.shell.type("pulumi stack output --json")) as Record<string, unknown>;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    this.shell.remove();
  }
}

/** Keys of another namespace stay as they are. */
function prefixed(project: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.includes(":") ? key : `${project}:${key}`, value]),
  );
}

function makeUsualThings(sandbox: Sandbox, apiKey: string): Example["ids"] {
  const account = sandbox.createAirkitObject("accounts", {
    name: "support-account",
    integration: "Kustomer",
    apiKey,
  }).id;
  const capabilities = ["MESSAGING_SEND_TEXT"];
  const webChat = sandbox.createAirkitObject("resources", { name: "Web Chat", capabilities, datasourceId: account }).id;
  const resource = sandbox.createAirkitObject("resources", { name: "Support", capabilities, datasourceId: account }).id;
  const hub = sandbox.createAirkitObject("hubs", {
    name: "Support",
    channelResourceIds: [webChat],
    agentTimeoutSeconds: 900,
    maxWeightPerAgent: 5,
    reassignWhenOffline: true,
  }).id;
  return { webChat, account, resource, hub };
}
