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
  uuid,
} from "./object";

/** What a person declares of a Conversation Hub. All of it can be edited afterwards (documented). */
export interface ConversationHubArgs extends AirkitObjectArgs {
  /** Name (inferred: a Routing Flow's form selects a hub by it). Default: the resource's name. A change updates. */
  name?: string;
  /**
   * Channel Resources (documented): the UUIDs of the Resources, Web Chat or SMS, on which conversations begin; in any order.
   * A change updates.
   */
  channelResourceIds: string[];
  /** Agent Timeout (documented), in seconds: then an idle agent's conversation moves on. Default 900. A change updates. */
  agentTimeoutSeconds?: number;
  /** Max weight per agent (documented). Default 5. A change updates. */
  maxWeightPerAgent?: number;
  /** Re-assign conversations when offline (documented). Default `true`. A change updates. */
  reassignWhenOffline?: boolean;
  /**
   * The UUID of an existing hub, from the address of its page. Operator driver: which one was made by hand, required.
   * Console driver: the hub to take over. Naming another one replaces.
   */
  hubId?: string;
}

interface Inputs extends AirkitObjectInputs {
  channelResourceIds: string[];
  agentTimeoutSeconds: number;
  maxWeightPerAgent: number;
  reassignWhenOffline: boolean;
  hubId?: string | undefined;
}

/** What is known of a Conversation Hub. */
export interface ConversationHubOutputs extends Inputs, AirkitObjectOutputs {
  /** The hub's UUID. */
  hubId: string;
}

const inputs = z.object({
  ...airkitObjectInputs,
  channelResourceIds: z
    .array(uuid, { error: "is required: the UUIDs of the channel Resources" })
    .min(1, "must name at least one Resource"),
  agentTimeoutSeconds: z.number().int("must be a whole number of seconds").min(1, "must be at least 1").default(900),
  maxWeightPerAgent: z.number().int("must be a whole number").min(1, "must be at least 1").default(5),
  reassignWhenOffline: z.boolean().default(true),
  hubId: uuid.optional(),
});

const fields: FieldTable<Inputs> = {
  name: { change: "update", doc: "Name (inferred)." },
  channelResourceIds: {
    change: "update",
    compare: "set",
    doc: "Channel Resources (documented): UUIDs of Web Chat or SMS Resources.",
  },
  agentTimeoutSeconds: { change: "update", doc: "Agent Timeout (documented), in seconds." },
  maxWeightPerAgent: { change: "update", doc: "Max weight per agent (documented)." },
  reassignWhenOffline: { change: "update", doc: "Re-assign conversations when offline (documented)." },
  hubId: {
    change: "replace",
    compare: "identity",
    doc: "UUID of an existing hub; required by the operator driver.",
    output: "The hub's UUID, whoever made it.",
  },
  ...airkitObjectFields,
};

/** A Conversation Hub: the channels on which conversations begin, and how agents share them. */
export const conversationHub: AirkitLifecycle<Inputs, ConversationHubOutputs> = {
  name: "AirkitConversationHub",
  type: "airkit:ConversationHub",
  doc: "A Conversation Hub of Airkit: the channels on which conversations begin, and how agents share them.",
  inputs,
  fields,
  outputs: airkitObjectOutputs,
  ...airkitMethods<Inputs, ConversationHubOutputs>({
    noun: "Conversation Hub",
    resource: "AirkitConversationHub",
    collection: "hubs",
    idField: "hubId",
    page: "Console > Conversations > Hubs",
    button: "+ Create Hub",
    madeFirst: true,
    fields,
    form: {
      name: { label: "Name" },
      channelResourceIds: { label: "Channel Resources" },
      agentTimeoutSeconds: { label: "Agent Timeout" },
      maxWeightPerAgent: { label: "Max weight per agent" },
      reassignWhenOffline: { label: "Re-assign conversations when offline" },
    },
  }),
};
