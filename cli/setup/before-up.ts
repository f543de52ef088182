import type { KustomerRelayArgs } from "../../components/relay/arguments";
import { setCommand, setSecretCommand } from "../../components/relay/how-to-set";
import { missingThings } from "../../components/relay/missing";
import { baseUrlOf } from "../../providers/kustomer/connection";
import type { Settings } from "../../providers/lifecycle/settings";
import { KEY, relaysOf } from "../../stack/relays";
import type { SetupStep, Taken } from "./step";

/** What a person does before the first `up` of relays that stack config declares, by the rules of the component itself. */
export function stepsBeforeUp(relays: unknown, settings: Settings): SetupStep[] {
  const connection = connectionSteps(settings);
  if (isEmpty(relays)) return [declareStep(`${KEY}[0]`, NAME), declareStep(`${KEY}[0]`, API_HOST), ...connection];
  const missing = relaysOf(relays).flatMap(({ name, ...relay }, index) => {
    const configPath = `${KEY}[${index}]`;
    const args = { ...relay, configPath } as KustomerRelayArgs;
    const goesNowhere = relay.airkit === undefined && relay.destination === undefined;
    const where = goesNowhere ? [declareStep(configPath, API_HOST)] : [];
    const missing = missingThings(name, args, settings).map(({ what, title, page, fields, path }): SetupStep => {
      const isKey = what === "key";
      const takes: Taken = isKey
        ? { kind: "secret", ask: "The token, which Kustomer shows once" }
        : { kind: "uuid", ask: "Its UUID, or the address of its page" };
      const command = isKey ? setSecretCommand(configPath, path) : setCommand(configPath, path, "<UUID>");
      const shown = fields.map((field) => ("command" in field ? { label: field.label, secret: true as const } : field));
      return { id: `${configPath}.${path}`, relay: name, title, page, fields: shown, takes, command };
    });
    return [...where, ...missing];
  });
  return [...connection, ...missing];
}

/** The path of the key that Airkit is to use, below which it stands in stack config. */
export function tokenOf(relays: unknown, relay: string): string | undefined {
  return isEmpty(relays)
    ? undefined
    : (relaysOf(relays).find(({ name }) => name === relay)?.kustomer?.apiKey?.token as string | undefined);
}

function isEmpty(relays: unknown): boolean {
  return relays === undefined || relays === null || (Array.isArray(relays) && relays.length === 0);
}

interface Declaring {
  readonly path: string;
  readonly title: string;
  readonly takes: Taken;
}

const NAME: Declaring = {
  path: "name",
  title: "Declare a relay",
  takes: { kind: "text", ask: "Name", suggestion: "support" },
};
const API_HOST: Declaring = {
  path: "airkit.apiHostname",
  title: "Say where Airkit's API is",
  takes: { kind: "text", ask: "Host", suggestion: "api.airkit.com" },
};

function declareStep(configPath: string, { path, title, takes }: Declaring): SetupStep {
  return {
    id: `${configPath}.${path}`,
    relay: "",
    title,
    page: "Stack config. A program that declares its relays itself needs no such entry.",
    fields: [],
    takes,
    command: setCommand(configPath, path, `<${takes.ask.toLowerCase()}>`),
  };
}

function connectionSteps(settings: Settings): SetupStep[] {
  const steps: SetupStep[] = [];
  const everywhere = { relay: "", fields: [] };
  if (settings.get("kustomer:baseUrl") === undefined && baseUrlOf(settings) === undefined)
    steps.push({
      ...everywhere,
      id: "kustomer:org",
      title: "Name the Kustomer organisation",
      page: "The first part of Kustomer's address: acme of https://acme.kustomerapp.com",
      takes: { kind: "text", ask: "Organisation" },
      command: "pulumi config set kustomer:org <organisation>",
    });
  if (settings.get("kustomer:apiKey") === undefined)
    steps.push({
      ...everywhere,
      id: "kustomer:apiKey",
      title: "Make the key that manages the organisation's webhooks",
      page: "Kustomer > Settings > Security > API Keys > Add API Key",
      fields: [{ label: "Roles", value: "org.permission.outbound_webhook" }],
      takes: { kind: "secret", ask: "The token, which Kustomer shows once" },
      command: "pulumi config set --secret kustomer:apiKey",
    });
  return steps;
}
