import * as z from "zod";
import { connectToKustomer } from "./kustomer/connection";
import { lookUpApiKeys, lookUpWebhook, lookUpWebhooks } from "./kustomer/lookups";
import type { Context } from "./lifecycle/operations";

/** A question about what exists, for any language: arguments and answer as data. */
export interface LookupFunction {
  readonly name: string;
  readonly doc: string;
  readonly args: z.ZodObject;
  readonly result: z.ZodObject;
  /** The properties of the answer that are secret. */
  readonly secrets: readonly string[];
  readonly ask: (context: Context, args: Readonly<Record<string, unknown>>) => Promise<object>;
}

const text = (doc: string): z.ZodString => z.string().describe(doc);

const webhook = z.object({
  webhookId: text("Kustomer's id of the webhook."),
  name: text("The name shown in Kustomer."),
  url: text("Where events are sent."),
  events: z.array(z.string()).describe("The events that are sent."),
  headers: z.record(z.string(), z.string()).describe("Headers sent along, name to value."),
  enabled: z.boolean().describe("Whether events are sent."),
  isError: z.boolean().describe("Kustomer's own error flag."),
  managed: z.boolean().describe("Whether it carries the owner mark of a resource of this package."),
  signingSecret: text("The signing secret; empty where Kustomer does not show it. Secret."),
});

const key = z.object({
  keyId: text("Kustomer's id of the key."),
  name: text("The key's name."),
  roles: z.array(z.string()).describe("All roles the key has."),
  lastTokenChars: text("The last characters of the token."),
  expiresAt: text("When it expires, ISO 8601; empty for never."),
});

const which = z
  .object({
    id: text("The webhook's id.").optional(),
    name: text("The webhook's name, where only one has it.").optional(),
  })
  .refine(({ id, name }) => (id === undefined) !== (name === undefined), "give either `id` or `name`");

/** All of them. A list is a property of its answer, because an answer is an object in every language but TypeScript. */
export const lookupFunctions: readonly LookupFunction[] = [
  {
    name: "getKustomerOutboundWebhook",
    doc: "One outbound webhook of the organisation, by its id or by its name.",
    args: which,
    result: webhook,
    secrets: ["signingSecret"],
    ask: ({ settings, run }, args) => {
      const { id, name = "" } = which.parse(args);
      return lookUpWebhook(connectToKustomer(settings, run), id === undefined ? { name } : { id });
    },
  },
  {
    name: "getKustomerOutboundWebhooks",
    doc: "All outbound webhooks of the organisation.",
    args: z.object({}),
    result: z.object({ webhooks: z.array(webhook).describe("Every webhook, whoever made it. Secret.") }),
    secrets: ["webhooks"],
    ask: async ({ settings, run }) => ({ webhooks: await lookUpWebhooks(connectToKustomer(settings, run)) }),
  },
  {
    name: "getKustomerApiKeys",
    doc: "All API keys of the organisation. Their tokens are shown only once, when they are made.",
    args: z.object({}),
    result: z.object({ keys: z.array(key).describe("Every key.") }),
    secrets: [],
    ask: async ({ settings, run }) => ({ keys: await lookUpApiKeys(connectToKustomer(settings, run)) }),
  },
];
