import { afterEach, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createProject } from "../../cli/init/create-project";
import { Pulumi } from "../../cli/pulumi";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { startSandbox } from "../../sandbox";
import { generateSdk } from "../../toolbox/codegen/generate";
import { quietEngine } from "../../lab/quiet-engine";
import { engineEnv, ensureLanguageHosts, repoRoot } from "../../toolbox/pulumi";
import { run } from "../../toolbox/pulumi/run";

/** The template of `init --template go`, as its README says it. Run by hand: a program's first compilation takes minutes. */

const MINUTES = 60_000;
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test(
  "a relay declared in Go is made, left alone, healed and removed, and no secret is seen",
  async () => {
    const engine = await quietEngine();
    const sandbox = await startSandbox({ timeScale: 600 });
    cleanups.push(() => sandbox.close());
    const { token } = sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES });
    const account = sandbox.createAirkitObject("accounts", {
      name: "Web Chat",
      integration: "Kustomer",
      apiKey: "none",
    });
    const capabilities = ["MESSAGING_SEND_TEXT"];
    const webChat = sandbox.createAirkitObject("resources", {
      name: "Web Chat",
      capabilities,
      datasourceId: account.id,
    });

    const directory = mkdtempSync(path.join(tmpdir(), "relay-in-go-"));
    cleanups.push(() => {
      rmSync(directory, { recursive: true, force: true });
    });
    createProject({ folder: directory, template: "go", name: "relay", packageSource: undefined });
    const schema = path.join(repoRoot(), "providers/native/schema.json");
    await generateSdk(schema, "go", path.join(directory, "sdks/go"));
    const hosts = await ensureLanguageHosts(engine, ["go"]);
    const environment: NodeJS.ProcessEnv = {
      ...engineEnv(engine, process.env, [path.join(repoRoot(), "dist/plugin"), ...hosts]),
      GOFLAGS: "-mod=mod",
      PULUMI_BACKEND_URL: `file://${directory}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    await run("go", ["mod", "tidy"], { cwd: directory, env: environment, timeoutMs: 10 * MINUTES });

    const pulumi = new Pulumi({ cwd: directory, env: environment, timeoutMs: 20 * MINUTES });
    let printed = "";
    const cli = async (...args: string[]): Promise<string> => {
      const { status, stdout, stderr } = await pulumi.start(args).ended;
      printed += stdout + stderr;
      if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${String(status)}:\n${stdout}${stderr}`);
      return stdout;
    };
    writeFileSync(path.join(directory, "Pulumi.dev.yaml"), "");
    await cli("stack", "init", "dev");
    const plain = {
      "kustomer-relay:kustomer.baseUrl": sandbox.url,
      "kustomer-relay:airkit.driver": "console",
      "kustomer-relay:airkit.baseUrl": sandbox.airkitConsoleUrl,
      airkitHostname: sandbox.url,
      "channels[0]": webChat.id,
    };
    const secret = {
      "kustomer-relay:kustomer.apiKey": sandbox.managementKey,
      "kustomer-relay:airkit.token": sandbox.airkitToken,
      kustomerToken: token,
    };
    const flags = (flag: string, settings: Record<string, string>): string[] =>
      Object.entries(settings).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    await cli("config", "set-all", "--path", ...flags("--plaintext", plain), ...flags("--secret", secret));

    await cli("up", "--yes", "--skip-preview");
    expect((await cli("stack", "output", "status")).trim()).toBe("active");
    await cli("up", "--yes", "--skip-preview", "--expect-no-changes");
    const [webhook] = sandbox.webhooks();
    sandbox.editWebhook(webhook?.id ?? "", { enabled: false });
    expect(await cli("refresh", "--yes", "--skip-preview")).toContain("[diff: ~enabled]");
    await cli("up", "--yes", "--skip-preview");
    expect(sandbox.webhooks()).toMatchObject([{ id: webhook?.id, enabled: true }]);
    await cli("destroy", "--yes", "--skip-preview");
    expect(sandbox.webhooks()).toEqual([]);
    for (const value of [token, webhook?.token ?? "none", sandbox.managementKey, sandbox.airkitToken])
      expect(printed).not.toContain(value);
  },
  40 * MINUTES,
);
