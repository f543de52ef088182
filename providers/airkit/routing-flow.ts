import * as z from "zod";
import type { FieldTable } from "../lifecycle/lifecycle";
import {
  type AirkitLifecycle,
  type AirkitObjectArgs,
  type AirkitObjectInputs,
  type AirkitObjectOutputs,
  airkitMethods,
  airkitObjectFields,
  airkitObjectInputs,
  airkitObjectOutputs,
  secretCommand,
  uuid,
} from "./object";

/** The types of Routing Flow that can be declared. Airkit has Bots and Agents too (documented), whose forms are not known. */
export const ROUTING_FLOW_TYPES = ["Relay"] as const;
export type RoutingFlowType = (typeof ROUTING_FLOW_TYPES)[number];

/** The external systems that a Relay can hand conversations to (documented). */
export const RELAY_TYPES = ["Kustomer", "Salesforce"] as const;
export type RelayType = (typeof RELAY_TYPES)[number];

/** What a person declares of a Routing Flow. */
export interface RoutingFlowArgs extends AirkitObjectArgs {
  /** Name (inferred). Default: the resource's name. A change updates. */
  name?: string;
  /** Conversation Hub (documented): its UUID. A change updates (inferred). */
  hubId: string;
  /** Type (documented). Default and, so far, only value: `Relay`. A change replaces. */
  type?: RoutingFlowType;
  /** Relay Settings > Relay Type (documented). Default `Kustomer`. A change replaces (inferred: the rest of the form follows from it). */
  relayType?: RelayType;
  /**
   * Webhook secret key (documented): with it Airkit verifies that events come from Kustomer. Never shown again, so what was
   * last sent counts. Secret. A change updates (inferred).
   *
   * @example webhook.signingSecret // of a KustomerOutboundWebhook
   */
  webhookSecretKey: string;
  /**
   * Datasource id (documented): the UUID of the connected account. A change updates (inferred).
   *
   * @example account.accountId
   */
  datasourceId: string;
  /**
   * The UUID of an existing Routing Flow, from the address of its page. Operator driver: which one was made by hand, optional.
   * Console driver: the Routing Flow to take over. Naming another one lets go of the former: the console driver deletes it.
   */
  routingFlowId?: string;
  /** The command that shows an operator the webhook secret key. Default: `pulumi stack output signingSecret --show-secrets`. A change touches nothing. */
  secretCommand?: string;
}

interface Inputs extends AirkitObjectInputs {
  hubId: string;
  type: RoutingFlowType;
  relayType: RelayType;
  webhookSecretKey: string;
  datasourceId: string;
  routingFlowId?: string | undefined;
  secretCommand: string;
}

/** What is known of a Routing Flow. */
export interface RoutingFlowOutputs extends Inputs, AirkitObjectOutputs {
  /** The Routing Flow's UUID; empty as long as nobody said which one an operator made. */
  routingFlowId: string;
}

const inputs = z.object({
  ...airkitObjectInputs,
  hubId: uuid,
  type: z.enum(ROUTING_FLOW_TYPES, { error: `must be ${ROUTING_FLOW_TYPES.join(" or ")}` }).default("Relay"),
  relayType: z.enum(RELAY_TYPES, { error: `must be ${RELAY_TYPES.join(" or ")}` }).default("Kustomer"),
  webhookSecretKey: z
    .string({ error: "is required: the signing secret of the outbound webhook" })
    .trim()
    .min(1, "must not be empty"),
  datasourceId: uuid,
  routingFlowId: uuid.optional(),
  secretCommand: secretCommand("pulumi stack output signingSecret --show-secrets"),
});

const fields: FieldTable<Inputs> = {
  name: { change: "update", doc: "Name (inferred)." },
  hubId: { change: "update", doc: "Conversation Hub (documented): its UUID." },
  type: { change: "replace", doc: "Type (documented); Relay is the only value so far." },
  relayType: {
    change: "replace",
    doc: "Relay Settings > Relay Type (documented): Kustomer or Salesforce.",
  },
  webhookSecretKey: {
    change: "update",
    compare: "write-only",
    secret: true,
    doc: "Webhook secret key (documented): the webhook's signing secret.",
  },
  datasourceId: { change: "update", doc: "Datasource id (documented): UUID of the connected account." },
  // An update, because it comes to be known after the operator has made the object.
  routingFlowId: {
    change: "update",
    compare: "identity",
    doc: "UUID of an existing Routing Flow; optional with either driver.",
    output: "The Routing Flow's UUID; empty as long as nobody said which one an operator made.",
  },
  secretCommand: {
    change: "update",
    compare: "ignored",
    doc: "Command that shows an operator the webhook secret key.",
  },
  ...airkitObjectFields,
};

/** A Routing Flow: hands the conversations of a hub to Kustomer. Last in the guide: it needs the webhook's signing secret. */
export const routingFlow: AirkitLifecycle<Inputs, RoutingFlowOutputs> = {
  name: "AirkitRoutingFlow",
  type: "airkit:RoutingFlow",
  doc: "A Routing Flow of Airkit: hands the conversations of a hub to Kustomer.",
  inputs,
  fields,
  outputs: airkitObjectOutputs,
  ...airkitMethods<Inputs, RoutingFlowOutputs>({
    noun: "Routing Flow",
    resource: "AirkitRoutingFlow",
    collection: "routing-flows",
    idField: "routingFlowId",
    page: "Console > Conversations > Routing Flows",
    button: "Create New",
    madeFirst: false,
    partOf: "hubId",
    fields,
    form: {
      name: { label: "Name" },
      hubId: { label: "Conversation Hub" },
      type: { label: "Type" },
      relayType: { label: "Relay Settings > Relay Type" },
      webhookSecretKey: { label: "Webhook secret key" },
      datasourceId: { label: "Datasource id" },
    },
  }),
};
