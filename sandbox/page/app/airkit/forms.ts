import type { AirkitKind } from "../../../airkit/forms";

/** One field of a form, under the console's own label. */
export interface FormField {
  readonly property: string;
  readonly label: string;
  /** `text` unless said otherwise; an `object` field holds the UUID of one of that kind, `objects` of several. */
  readonly input?:
    | "secret"
    | "number"
    | "check"
    | { readonly object: AirkitKind }
    | { readonly objects: AirkitKind }
    | { readonly oneOf: readonly string[] };
  readonly initial?: unknown;
  readonly optional?: true;
}

export interface ConsoleForm {
  readonly title: string;
  readonly create: string;
  readonly page: string;
  readonly fields: readonly FormField[];
}

/** The forms of Airkit's console, in the order in which a relay needs them. */
export const FORMS: Readonly<Record<AirkitKind, ConsoleForm>> = {
  accounts: {
    title: "Connected accounts",
    create: "Create new connected account",
    page: "Integrations > Connected Accounts",
    fields: [
      { property: "name", label: "Account Name" },
      {
        property: "integration",
        label: "Integration",
        input: { oneOf: ["Kustomer", "Salesforce"] },
        initial: "Kustomer",
      },
      { property: "environment", label: "Environment", optional: true },
      { property: "apiKey", label: "API key", input: "secret" },
    ],
  },
  resources: {
    title: "Resources",
    create: "Create new Resource",
    page: "Integrations > Resources",
    fields: [
      { property: "name", label: "Resource Name" },
      {
        property: "capabilities",
        label: "Capabilities",
        input: { oneOf: ["MESSAGING_SEND_TEXT", "VOICE_SAY"] },
        initial: "MESSAGING_SEND_TEXT",
      },
      { property: "datasourceId", label: "Datasource", input: { object: "accounts" } },
      { property: "remoteId", label: "Remote ID", optional: true },
    ],
  },
  hubs: {
    title: "Conversation Hubs",
    create: "Create new Conversation Hub",
    page: "Conversations > Conversation Hubs",
    fields: [
      { property: "name", label: "Name" },
      { property: "channelResourceIds", label: "Channel Resources", input: { objects: "resources" } },
      { property: "agentTimeoutSeconds", label: "Agent Timeout", input: "number", initial: 300 },
      { property: "maxWeightPerAgent", label: "Max weight per agent", input: "number", initial: 5 },
      {
        property: "reassignWhenOffline",
        label: "Re-assign conversations when offline",
        input: "check",
        initial: false,
      },
    ],
  },
  "routing-flows": {
    title: "Routing Flows",
    create: "Create Routing Flow",
    page: "Conversations > Routing Flows",
    fields: [
      { property: "name", label: "Name" },
      { property: "hubId", label: "Conversation Hub", input: { object: "hubs" } },
      { property: "type", label: "Type", input: { oneOf: ["Relay"] }, initial: "Relay" },
      {
        property: "relayType",
        label: "Relay Settings > Relay Type",
        input: { oneOf: ["Kustomer", "Salesforce"] },
        initial: "Kustomer",
      },
      { property: "webhookSecretKey", label: "Webhook secret key", input: "secret" },
      { property: "datasourceId", label: "Datasource id", input: { object: "accounts" } },
    ],
  },
};

export const KINDS = Object.keys(FORMS) as AirkitKind[];

export function isSecret({ input }: FormField): boolean {
  return input === "secret";
}

/** A blank form, or that of an object: the console never shows a secret field again. */
export function initialOf(kind: AirkitKind, object?: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    FORMS[kind].fields.map((field) => {
      const blank = field.initial ?? (typeof field.input === "object" && "objects" in field.input ? [] : "");
      const value = object === undefined || isSecret(field) ? blank : (object[field.property] ?? blank);
      return [field.property, field.property === "capabilities" && Array.isArray(value) ? value[0] : value];
    }),
  );
}

/** What is sent: numbers as numbers, and nothing for what was left empty. */
export function filled(kind: AirkitKind, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    FORMS[kind].fields.flatMap(({ property, input }): [string, unknown][] => {
      const value = values[property];
      if (value === "" || value === undefined) return [];
      if (property === "capabilities") return [[property, [value]]];
      return [[property, input === "number" ? Number(value) : value]];
    }),
  );
}
