import { stringify } from "yaml";
import { Code, pythonLiteral } from "../../../lab/python-text";
import { pythonName } from "../../../providers/plugin-settings";
import { PACKAGE } from "../../../providers/types";

/** A secret of the stack's config, by its key. */
class Config {
  constructor(readonly key: string) {}
}

/** An output of another resource of the program. */
class Output {
  constructor(readonly path: string) {}
}

interface Example {
  /** What the program calls it. */
  readonly variable: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Whether `pulumi import` needs nothing but the id: nothing of it is shown only once. */
  readonly isImported?: true;
}

const RECEIVE = "https://relay.example.com/kustomer";

/** One of each, as a page of a registry shows it. An object of Airkit's is one that exists already. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  "index:KustomerApiKey": { variable: "key", properties: { token: new Config("kustomerToken") } },
  "index:KustomerOutboundWebhook": {
    variable: "webhook",
    properties: {
      url: RECEIVE,
      events: ["kustomer.message.create", "kustomer.conversation.update"],
      headers: { authorization: new Config("gatewayToken") },
    },
    isImported: true,
  },
  "index:AirkitAccount": {
    variable: "account",
    properties: { apiKey: new Output("key.token"), accountId: "0b0e6f5e-3c5a-4b1e-9a52-0d6c1f0a7b11" },
  },
  "index:AirkitResource": {
    variable: "resource",
    properties: { datasourceId: new Output("account.accountId"), resourceId: "5f2c1d0a-7a43-4a0e-8f0b-2f6b9c1d3e22" },
  },
  "index:AirkitConversationHub": {
    variable: "hub",
    properties: {
      channelResourceIds: ["77aa4b1c-9d2e-4f3a-8b6c-5e7d1f2a3b44"],
      hubId: "c1d90e2f-6b5a-4c3d-9e8f-7a6b5c4d3e33",
    },
  },
  "index:AirkitRoutingFlow": {
    variable: "flow",
    properties: {
      hubId: new Output("hub.hubId"),
      webhookSecretKey: new Output("webhook.signingSecret"),
      datasourceId: new Output("account.accountId"),
    },
  },
  "index:SigningSecretFile": {
    variable: "secrets",
    properties: { path: "/etc/kustomer-relay/secrets", signingSecret: new Output("webhook.signingSecret") },
  },
  "index:ReceiverControlsFile": {
    variable: "controls",
    properties: {
      path: "/etc/kustomer-relay/controls.json",
      maxPerSecond: 20,
      filter: [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }],
    },
  },
  "index:ReceiverRoute": { variable: "route", properties: {} },
  "index:KustomerRelay": {
    variable: "support",
    properties: {
      kustomer: { apiKey: { token: new Config("kustomerToken") } },
      airkit: {
        account: { id: "0b0e6f5e-3c5a-4b1e-9a52-0d6c1f0a7b11" },
        resource: { id: "5f2c1d0a-7a43-4a0e-8f0b-2f6b9c1d3e22" },
        hub: { id: "c1d90e2f-6b5a-4c3d-9e8f-7a6b5c4d3e33" },
      },
    },
  },
  "aws:RelayReceiver": {
    variable: "receiver",
    properties: {
      alarms: { actions: ["arn:aws:sns:eu-central-1:123456789012:on-call"], oldestMinutes: 30 },
      logRetentionDays: 14,
      tags: { team: "support" },
    },
  },
};

/** A description with an example in each language behind it, of which a generator takes its own. */
export function withExample(token: string, description: string): string {
  const example = EXAMPLES[token.slice(`${PACKAGE}:`.length)];
  if (example === undefined) throw new Error(`there is no example of ${token}`);
  const [yaml, python] = [yamlProgram(token, example), pythonProgram(token, example)];
  return [
    description,
    "{{% examples %}}",
    "{{% example %}}",
    // In it: a generator whose language has no example leaves the heading out, too.
    "## Example Usage",
    `\`\`\`yaml\n${yaml}\`\`\``,
    `\`\`\`python\n${python}\`\`\``,
    "{{% /example %}}",
    "{{% /examples %}}",
    ...(example.isImported ? [`## Import\n\n\`\`\`sh\npulumi import ${token} NAME ID\n\`\`\``] : []),
  ].join("\n\n");
}

function yamlProgram(token: string, { variable, properties }: Example): string {
  const written = replaced(properties, (item) =>
    item instanceof Config ? `\${${item.key}}` : item instanceof Output ? `\${${item.path}}` : item,
  );
  const given = Object.keys(properties).length === 0 ? {} : { properties: written };
  const type = token.replace(":index:", ":");
  return stringify({ resources: { [variable]: { type, ...given } } }, { lineWidth: 0 });
}

function pythonProgram(token: string, { variable, properties }: Example): string {
  const [, module = "", name = ""] = token.split(":");
  const given = Object.entries(properties).map(([key, value]) => {
    const written = replaced(value, (item) =>
      item instanceof Config
        ? new Code(`config.require_secret("${item.key}")`)
        : item instanceof Output
          ? new Code(pythonName(item.path))
          : item,
    );
    return `,\n    ${pythonName(key)}=${pythonLiteral(written)}`;
  });
  const usesConfig = given.some((one) => one.includes("config."));
  return [
    ...(usesConfig ? ["import pulumi"] : []),
    "import pulumi_kustomer_relay as relay",
    "",
    ...(usesConfig ? ["config = pulumi.Config()"] : []),
    `${variable} = relay.${module === "index" ? "" : `${module}.`}${name}("${variable}"${given.join("")})`,
    "",
  ].join("\n");
}

function replaced(value: unknown, change: (value: unknown) => unknown): unknown {
  const changed = change(value);
  if (changed !== value) return changed;
  if (Array.isArray(value)) return value.map((item) => replaced(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, change)]));
}
