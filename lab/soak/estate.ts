import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Sandbox, startSandbox } from "../../sandbox";

/** Five webhooks an organisation, one place of which a rotation needs. */
const RELAYS_PER_ORG = 4;

const WEB_CHAT = "Web Chat";

/** One relay as it is declared; what changes from round to round. */
export interface DeclaredRelay {
  readonly name: string;
  readonly org: number;
  webhookName: string;
  events: string[];
  rotation: number;
  apiKeyRotation: number;
  maxWeightPerAgent: number;
  /** Where a receiver of one's own reads the signing secret; every other relay has one. */
  readonly secretFile: string | undefined;
}

/** What the soak is about: relays in several organisations, a sandbox each, all declared in one stack. */
export class Estate {
  private readonly secretsSeen = new Set<string>();

  private constructor(
    readonly orgs: readonly Sandbox[],
    readonly relays: readonly DeclaredRelay[],
  ) {}

  static async of(count: number, directory: string): Promise<Estate> {
    const orgs = await Promise.all(
      Array.from({ length: Math.ceil(count / RELAYS_PER_ORG) }, () => startSandbox({ rateWindowMs: 10_000 })),
    );
    const relays = Array.from({ length: count }, (_, index) => ({
      name: `relay-${index}`,
      org: index % orgs.length,
      webhookName: `relay ${index}`,
      events: ["kustomer.message.create"],
      rotation: 0,
      apiKeyRotation: 0,
      maxWeightPerAgent: 10,
      secretFile: index % 2 === 0 ? undefined : path.join(directory, "secrets", `relay-${index}`),
    }));
    return new Estate(orgs, relays);
  }

  org(relay: DeclaredRelay): Sandbox {
    const org = this.orgs[relay.org];
    if (org === undefined) throw new Error(`${relay.name} is in no organisation`);
    return org;
  }

  /** What the program reads; with `shift`, each organisation's relays are declared with the settings of another one. */
  plan(shift = 0): string {
    const orgs = [...this.orgs.slice(shift), ...this.orgs.slice(0, shift)].map((sandbox) => ({
      kustomer: {
        baseUrl: sandbox.url,
        apiKey: sandbox.managementKey,
        issuerUrl: sandbox.issuerUrl,
        issuerToken: sandbox.issuerToken,
        timeoutSeconds: 3,
      },
      airkit: { driver: "console", baseUrl: sandbox.airkitConsoleUrl, token: sandbox.airkitToken },
    }));
    const relays = this.relays.map((relay) => {
      const { name, org, webhookName, events, rotation, apiKeyRotation, maxWeightPerAgent, secretFile } = relay;
      const publicUrl = `https://relay.example.com/${name}`;
      return {
        name,
        org,
        args: {
          kustomer: { apiKey: { overlapHours: 0 }, webhook: { name: webhookName, events, watchSeconds: 1 } },
          airkit: {
            apiHostname: this.org(relay).url,
            hub: { channelResourceIds: [this.webChat(relay)], maxWeightPerAgent },
          },
          ...(secretFile === undefined ? {} : { receiver: { kind: "self-hosted", publicUrl, secretFile } }),
          rotation,
          apiKeyRotation,
        },
      };
    });
    return JSON.stringify({ orgs, relays });
  }

  /** All that must never be written or printed, former secrets included. */
  secrets(): Iterable<string> {
    for (const sandbox of this.orgs) {
      this.secretsSeen.add(sandbox.managementKey).add(sandbox.issuerToken).add(sandbox.airkitToken);
      for (const { token } of sandbox.webhooks()) this.secretsSeen.add(token);
      for (const { apiKey, name } of sandbox.airkitObjects("accounts"))
        if (name !== WEB_CHAT) this.secretsSeen.add(String(apiKey));
    }
    return this.secretsSeen;
  }

  /** Issued keys beyond one for each relay. */
  formerKeys(): number {
    const issued = this.orgs.flatMap((sandbox) => sandbox.keys().filter(({ owner }) => owner !== undefined));
    return issued.length - this.relays.length;
  }

  /** The first line of a relay's secret file; empty where there is none. */
  secretFileOf({ secretFile }: DeclaredRelay): string {
    return secretFile !== undefined && existsSync(secretFile)
      ? (readFileSync(secretFile, "utf8").split("\n")[0] ?? "")
      : "";
  }

  async close(): Promise<void> {
    await Promise.all(this.orgs.map((sandbox) => sandbox.close()));
  }

  /** The Resource on which conversations begin; a hub needs one. */
  private webChat(relay: DeclaredRelay): string {
    const sandbox = this.org(relay);
    const known = sandbox.airkitObjects("resources").find(({ name }) => name === WEB_CHAT);
    if (known !== undefined) return known.id;
    const form = { name: WEB_CHAT, integration: "Kustomer", apiKey: "of-nobody" };
    const { id: datasourceId } = sandbox.createAirkitObject("accounts", form);
    const capabilities = ["MESSAGING_SEND_TEXT"];
    return sandbox.createAirkitObject("resources", { name: WEB_CHAT, capabilities, datasourceId }).id;
  }
}

/** One provider an organisation; every relay with its own. */
export const PROGRAM = `const { KustomerRelay, RelayProvider } = require("pulumi-kustomer-relay");
const { orgs, relays } = JSON.parse(require("fs").readFileSync("plan.json", "utf8"));
const providers = orgs.map((settings, index) => new RelayProvider("org-" + index, settings));
for (const { name, org, args } of relays) {
  const { webhookId, signingSecret, kustomerApiKey } = new KustomerRelay(name, args, { providers: [providers[org]] });
  exports[name] = { webhookId, signingSecret, kustomerApiKey };
}
`;
