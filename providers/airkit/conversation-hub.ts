import * as z from "zod";
import { type ArgsOf, type InputsOf, type OutputsOf, input, output } from "../lifecycle/fields";
import { type AirkitLifecycle, airkitMethods } from "./object";
import { airkitInputs, airkitOutputs, objectIdInput, objectName } from "./object-fields";
import { uuid } from "./object-id";

export const conversationHubFields = {
  inputs: {
    /** Name (inferred: a Routing Flow's form selects a hub by it). Default: the resource's name. */
    name: objectName,
    /** Channel Resources (documented): the UUIDs of the Resources, Web Chat or SMS, on which conversations begin; in any order. */
    channelResourceIds: input(
      z
        .array(uuid, { error: "is required: the UUIDs of the channel Resources" })
        .min(1, "must name at least one Resource"),
      { compare: "set" },
    ),
    /** Agent Timeout (documented), in seconds: then an idle agent's conversation moves on. */
    agentTimeoutSeconds: input(
      z
        .number("must be a number of seconds")
        .int("must be a whole number of seconds")
        .min(1, "must be at least 1")
        .default(900),
    ),
    /** Max weight per agent (documented). */
    maxWeightPerAgent: input(
      z.number("must be a whole number").int("must be a whole number").min(1, "must be at least 1").default(5),
    ),
    /** Re-assign conversations when offline (documented). */
    reassignWhenOffline: input(z.boolean("must be true or false").default(true)),
    /**
     * The UUID of an existing hub, or the address of its page. Operator driver: which one was made by hand, required.
     * Console driver: the hub to take over. Naming another one replaces.
     */
    hubId: objectIdInput({ change: "replace" }),
    ...airkitInputs,
  },
  outputs: {
    /** The hub's UUID, whoever made it. */
    hubId: output(z.string()),
    ...airkitOutputs,
  },
};

/** What a person declares of a Conversation Hub. All of it can be edited afterwards (documented). */
export type ConversationHubArgs = ArgsOf<typeof conversationHubFields.inputs>;
type Inputs = InputsOf<typeof conversationHubFields.inputs>;
/** What is known of a Conversation Hub. */
export type ConversationHubOutputs = OutputsOf<
  typeof conversationHubFields.inputs,
  typeof conversationHubFields.outputs
>;

/** A Conversation Hub: the channels on which conversations begin, and how agents share them. */
export const conversationHub: AirkitLifecycle<Inputs, ConversationHubOutputs> = {
  name: "AirkitConversationHub",
  type: "airkit:ConversationHub",
  ...conversationHubFields,
  ...airkitMethods<Inputs, ConversationHubOutputs>({
    noun: "Conversation Hub",
    resource: "AirkitConversationHub",
    collection: "hubs",
    idField: "hubId",
    page: "Console > Conversations > Hubs",
    button: "+ Create Hub",
    madeFirst: true,
    inputs: conversationHubFields.inputs,
    form: {
      name: { label: "Name" },
      channelResourceIds: { label: "Channel Resources" },
      agentTimeoutSeconds: { label: "Agent Timeout" },
      maxWeightPerAgent: { label: "Max weight per agent" },
      reassignWhenOffline: { label: "Re-assign conversations when offline" },
    },
  }),
};
