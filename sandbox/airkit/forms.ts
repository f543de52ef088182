import * as z from "zod";

export const airkitKinds = ["accounts", "resources", "hubs", "routing-flows"] as const;
export type AirkitKind = (typeof airkitKinds)[number];

/** A field that holds the id, or the ids, of objects of another kind. */
export interface Reference {
  field: string;
  to: AirkitKind;
}

interface Form {
  /** As in a sentence. */
  noun: string;
  schema: z.ZodType<Record<string, unknown>>;
  references: Reference[];
  /** Written, never shown. */
  secrets: string[];
}

const text = z.string().min(1, "must not be empty");
const common = { name: text.max(255, "must have at most 255 characters"), owner: z.string().max(255).optional() };

/** What the console's forms ask for. The contract is docs/airkit-console-api.yaml; Airkit publishes none. */
export const forms: Record<AirkitKind, Form> = {
  accounts: {
    noun: "connected account",
    schema: z.strictObject({
      ...common,
      integration: z.literal(["Kustomer", "Salesforce"]),
      environment: text.optional(),
      apiKey: text,
    }),
    references: [],
    secrets: ["apiKey"],
  },
  resources: {
    noun: "Resource",
    schema: z.strictObject({
      ...common,
      capabilities: z.array(text).min(1, "must name at least one"),
      datasourceId: z.guid(),
      remoteId: text.optional(),
    }),
    references: [{ field: "datasourceId", to: "accounts" }],
    secrets: [],
  },
  hubs: {
    noun: "Conversation Hub",
    schema: z.strictObject({
      ...common,
      channelResourceIds: z.array(z.guid()).min(1, "must name at least one"),
      agentTimeoutSeconds: z.int().min(1),
      maxWeightPerAgent: z.int().min(1),
      reassignWhenOffline: z.boolean(),
    }),
    references: [{ field: "channelResourceIds", to: "resources" }],
    secrets: [],
  },
  "routing-flows": {
    noun: "Routing Flow",
    schema: z.strictObject({
      ...common,
      hubId: z.guid(),
      type: z.literal("Relay"),
      relayType: z.literal(["Kustomer", "Salesforce"]),
      webhookSecretKey: text,
      datasourceId: z.guid(),
    }),
    references: [
      { field: "hubId", to: "hubs" },
      { field: "datasourceId", to: "accounts" },
    ],
    secrets: ["webhookSecretKey"],
  },
};
