import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { RELAY_ROLES } from "../../../index";
import { type Sandbox, type WebhookRecord, startSandbox } from "../../../sandbox";
import { CommandLine } from "./command-line";

const ROOT = path.resolve(__dirname, "../../..");
const GATE = "a-gate-token-4711";
const HEADERS: Readonly<Record<string, string>> = { "x-team": "sales", authorization: GATE };
const EVENTS = ["kustomer.message.create", "kustomer.conversation.update"];

/** A project of one's own, and an organisation full of what people made by hand, on either side. */
export class Organisation {
  private constructor(
    readonly sandbox: Sandbox,
    readonly shell: CommandLine,
    readonly token: string,
    readonly resourceId: string,
  ) {}

  static async with(profile: "documented" | "contrary", driver: "console" | "operator"): Promise<Organisation> {
    const sandbox = await startSandbox({ profile, webhookLimit: false });
    const { token } = sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES });
    const resourceId = airkitHalf(sandbox, token);
    // The types of what is printed are checked once, which takes Pulumi some seconds at every command.
    const unchecked: Record<string, string> = profile === "documented" ? {} : { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
    const shell = await CommandLine.open({ KEY_OF_AIRKIT: token, ...unchecked });
    const modules = path.join(shell.directory, "node_modules");
    mkdirSync(modules);
    symlinkSync(ROOT, path.join(modules, "pulumi-kustomer-relay"));
    for (const installed of ["@pulumi", "@types", "typescript"])
      symlinkSync(path.join(ROOT, "node_modules", installed), path.join(modules, installed));
    writeFileSync(path.join(shell.directory, "Pulumi.yaml"), "name: relays\nruntime: nodejs\n");
    writeFileSync(
      path.join(shell.directory, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { strict: true, target: "es2022", module: "nodenext" } }),
    );
    const organisation = new Organisation(sandbox, shell, token, resourceId);
    await shell.type("pulumi stack init dev");
    await organisation.settings(driver);
    return organisation;
  }

  async settings(driver: "console" | "operator"): Promise<void> {
    const { sandbox, shell } = this;
    await shell.type(
      `pulumi config set-all --plaintext kustomer:baseUrl=${sandbox.url} --secret kustomer:apiKey=${sandbox.managementKey} ` +
        `--plaintext airkit:driver=${driver} --plaintext airkit:baseUrl=${sandbox.airkitConsoleUrl} --secret airkit:token=${sandbox.airkitToken}`,
    );
  }

  /** Runs the command with `--run`; what it prints is the program. */
  async import(flags: string): Promise<string> {
    await this.shell.type(`${this.command} --run ${flags} > printed`);
    return this.printed;
  }

  /** Runs the command and does what it says then, as a person would who copies secrets out of Kustomer. */
  async importByHand(flags: string): Promise<string> {
    const said = await this.shell.type(`${this.command} ${flags} > printed`);
    const lines = said.split("\n").map((line) => line.replace(/^ +(\d+\. )?/, ""));
    for (const line of lines.filter((line) => line.startsWith("pulumi config set "))) {
      const [command = "", what = ""] = line.split(/ +# /);
      const [, header] = /the value of the header (\S+) of/.exec(what) ?? [];
      await this.shell.type(command, header === undefined ? this.token : HEADERS[header.toLowerCase()]);
    }
    for (const line of lines.filter((line) => /^(pulumi import|rm) /.test(line))) await this.shell.type(line);
    return this.printed;
  }

  private get command(): string {
    return `'${process.execPath}' '${path.join(ROOT, "dist/cli/main.js")}' import --stack dev --token-env KEY_OF_AIRKIT`;
  }

  private get printed(): string {
    return readFileSync(path.join(this.shell.directory, "printed"), "utf8");
  }

  program(text: string): void {
    writeFileSync(path.join(this.shell.directory, "index.ts"), text);
  }

  /** Kustomer and Airkit, but for what the passing of time changes. */
  snapshot(): unknown {
    const kinds = ["accounts", "resources", "hubs", "routing-flows"] as const;
    return structuredClone([this.sandbox.webhooks(), kinds.map((kind) => this.sandbox.airkitObjects(kind))]);
  }

  written(): string[] {
    return this.sandbox.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
  }

  async changesNothing(): Promise<void> {
    const before = this.snapshot();
    await this.shell.type("pulumi preview --expect-no-changes");
    await this.shell.type("pulumi up --refresh --yes --skip-preview --expect-no-changes");
    expect(this.written()).toEqual([]);
    expect(this.snapshot()).toEqual(before);
  }

  /** After destroy: neither in the state and its history nor on the screen. */
  neverInClear(webhooks: readonly WebhookRecord[]): void {
    const everything = this.shell.everything();
    expect(everything).toContain("https://example.com/hook");
    const { managementKey, airkitToken } = this.sandbox;
    for (const secret of [GATE, this.token, managementKey, airkitToken, ...webhooks.map(({ token }) => token)])
      expect(everything).not.toContain(secret);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    this.shell.remove();
  }
}

function airkitHalf(sandbox: Sandbox, apiKey: string): string {
  const account = sandbox.createAirkitObject("accounts", { name: "Kustomer (prod)", integration: "Kustomer", apiKey });
  const capabilities = ["MESSAGING_SEND_TEXT"];
  const resource = sandbox.createAirkitObject("resources", { name: "Relay", capabilities, datasourceId: account.id });
  const webChat = sandbox.createAirkitObject("resources", { name: "Chat", capabilities, datasourceId: account.id });
  const hub = sandbox.createAirkitObject("hubs", {
    name: "Hub",
    channelResourceIds: [webChat.id],
    agentTimeoutSeconds: 600,
    maxWeightPerAgent: 5,
    reassignWhenOffline: true,
  });
  const webhook = sandbox.createWebhook({
    name: "To Airkit",
    url: `https://eu.api.prod.airkit.com/internal/sessions/v1/resource/kustomer/${resource.id}/receive-message`,
    events: EVENTS,
  });
  sandbox.createAirkitObject("routing-flows", {
    name: "Flow",
    hubId: hub.id,
    type: "Relay",
    relayType: "Kustomer",
    webhookSecretKey: webhook.token,
    datasourceId: account.id,
  });
  return resource.id;
}

/** The documented way it is imported by `--run`, the contrary way by hand, as the command says. */
export function describeClickedTogether(profile: "documented" | "contrary"): void {
  describe(`an organisation that was clicked together, with a Kustomer that answers the ${profile} way`, () => {
    let organisation: Organisation;
    let webhooks: WebhookRecord[];

    beforeAll(async () => {
      organisation = await Organisation.with(profile, "console");
      const { sandbox } = organisation;
      const hand = (name: string, more: object = {}) =>
        sandbox.createWebhook({ name, url: "https://example.com/hook", events: EVENTS, ...more });
      hand("Support", { headers: Object.entries(HEADERS).map(([name, value]) => ({ name, value })) });
      hand("support", { enabled: false, events: ["kustomer.tag.create"] });
      hand("Продажи!", { isError: true });
      hand("2nd line", { createdByApp: true });
      // Where Kustomer says whose it is, an app's webhook is the app's.
      webhooks = sandbox.webhooks().filter(({ createdByApp }) => profile === "documented" || !createdByApp);
      sandbox.clearRequests();
    });
    afterAll(() => organisation.close());

    test("is imported without a change, and the program that is printed declares just that", async () => {
      const printed = profile === "documented" ? organisation.import("--yes") : organisation.importByHand("--yes");
      organisation.program(await printed);
      await organisation.changesNothing();
      const exported = await organisation.shell.type("pulumi stack export");
      for (const { id } of webhooks) expect(exported).toContain(`"id": "${id}"`);
      const { resources } = (JSON.parse(exported) as { deployment: { resources: { type: string }[] } }).deployment;
      const types = resources.map(({ type }) => type).filter((type) => type.startsWith("pulumi-nodejs:"));
      const count = (type: string): number => types.filter((one) => one === `pulumi-nodejs:${type}`).length;
      expect([count("kustomer:OutboundWebhook"), count("kustomer:ApiKey")]).toEqual([webhooks.length, 1]);
      const airkit = ["Account", "Resource", "ConversationHub", "RoutingFlow"].map((kind) => count(`airkit:${kind}`));
      expect(airkit).toEqual([1, 2, 1, 1]);
    });

    test("goes on living as if it had always been declared: a change updates in place, with the same secrets", async () => {
      const file = path.join(organisation.shell.directory, "index.ts");
      organisation.program(
        // Whether a webhook stays on is another test's.
        readFileSync(file, "utf8").replaceAll(
          `url: "https://example.com/hook"`,
          `watchSeconds: 0, url: "https://example.com/hook/2"`,
        ),
      );
      await organisation.shell.type("pulumi up --yes --skip-preview");
      const now = organisation.sandbox.webhooks().filter(({ id }) => webhooks.some((webhook) => webhook.id === id));
      expect(now.map(({ id, token }) => [id, token])).toEqual(webhooks.map(({ id, token }) => [id, token]));
      expect(now.filter(({ url }) => url === "https://example.com/hook/2")).toHaveLength(webhooks.length - 1);
      expect(new Set(organisation.written().map((request) => request.split(" ")[0]))).toEqual(new Set(["PATCH"]));
      await organisation.shell.type("pulumi preview --refresh --expect-no-changes");
    });

    test("is taken down by destroy, and no secret was ever written in clear", async () => {
      await organisation.shell.type("pulumi destroy --yes --skip-preview");
      expect(organisation.sandbox.webhooks().filter(({ createdByApp }) => !createdByApp)).toEqual([]);
      expect(organisation.sandbox.airkitObjects("accounts")).toEqual([]);
      organisation.neverInClear(webhooks);
    });
  });
}
