import * as z from "zod";
import { type ArgsOf, type InputsOf, type OutputsOf, input, output } from "../lifecycle/fields";
import { type AirkitLifecycle, airkitMethods } from "./object";
import { airkitInputs, airkitOutputs, objectIdInput, objectName, secretCommand } from "./object-fields";
import { uuid } from "./object-id";

/** The types of Routing Flow that can be declared. Airkit has Bots and Agents too (documented), whose forms are not known. */
export const ROUTING_FLOW_TYPES = ["Relay"] as const;
export type RoutingFlowType = (typeof ROUTING_FLOW_TYPES)[number];

/** The external systems that a Relay can hand conversations to (documented). */
export const RELAY_TYPES = ["Kustomer", "Salesforce"] as const;
export type RelayType = (typeof RELAY_TYPES)[number];

export const routingFlowFields = {
  inputs: {
    /** Name (inferred). Default: the resource's name. */
    name: objectName,
    /** Conversation Hub (documented): its UUID. */
    hubId: input(uuid),
    /** Type (documented); Relay is the only value so far. */
    type: input(z.enum(ROUTING_FLOW_TYPES, { error: `must be ${ROUTING_FLOW_TYPES.join(" or ")}` }).default("Relay"), {
      change: "replace",
    }),
    /** Relay Settings > Relay Type (documented). That a change replaces is inferred: the rest of the form follows from it. */
    relayType: input(z.enum(RELAY_TYPES, { error: `must be ${RELAY_TYPES.join(" or ")}` }).default("Kustomer"), {
      change: "replace",
    }),
    /**
     * Webhook secret key (documented): with it Airkit verifies that events come from Kustomer. Never shown again, so what was
     * last sent counts. Secret.
     *
     * @example webhook.signingSecret // of a KustomerOutboundWebhook
     */
    webhookSecretKey: input(
      z.string({ error: "is required: the signing secret of the outbound webhook" }).trim().min(1, "must not be empty"),
      { compare: "write-only", secret: true },
    ),
    /**
     * Datasource id (documented): the UUID of the connected account.
     *
     * @example account.accountId
     */
    datasourceId: input(uuid),
    /**
     * The UUID of an existing Routing Flow, or the address of its page. Operator driver: which one was made by hand, optional.
     * Console driver: the Routing Flow to take over. Naming another one lets go of the former: the console driver deletes it.
     */
    // An update, because it comes to be known after the operator has made the object.
    routingFlowId: objectIdInput({}),
    /** The command that shows an operator the webhook secret key. A change touches nothing. */
    secretCommand: secretCommand("pulumi stack output signingSecret --show-secrets"),
    ...airkitInputs,
  },
  outputs: {
    /** The Routing Flow's UUID; empty as long as nobody said which one an operator made. */
    routingFlowId: output(z.string(), { changesWith: ["driver"] }),
    ...airkitOutputs,
  },
};

/** What a person declares of a Routing Flow. */
export type RoutingFlowArgs = ArgsOf<typeof routingFlowFields.inputs>;
type Inputs = InputsOf<typeof routingFlowFields.inputs>;
/** What is known of a Routing Flow. */
export type RoutingFlowOutputs = OutputsOf<typeof routingFlowFields.inputs, typeof routingFlowFields.outputs>;

/** A Routing Flow: hands the conversations of a hub to Kustomer. Last in the guide: it needs the webhook's signing secret. */
export const routingFlow: AirkitLifecycle<Inputs, RoutingFlowOutputs> = {
  name: "AirkitRoutingFlow",
  type: "airkit:RoutingFlow",
  ...routingFlowFields,
  ...airkitMethods<Inputs, RoutingFlowOutputs>({
    noun: "Routing Flow",
    resource: "AirkitRoutingFlow",
    collection: "routing-flows",
    idField: "routingFlowId",
    page: "Console > Conversations > Routing Flows",
    button: "Create New",
    madeFirst: false,
    partOf: "hubId",
    inputs: routingFlowFields.inputs,
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
