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

/** What the console calls the capabilities (documented) that exports call by these names (observed). */
export const AIRKIT_CAPABILITIES = {
  MESSAGING_SEND_TEXT: "Send Text Message",
  VOICE_LISTEN: "Send Voice",
  VOICE_SAY: "Send Voice",
  HTTP_URL_CREATE_CALLABLE: "URL Domain",
  HTTP_URL_CALLABLE: "URL Route",
} as const;

/** What a person declares of a Resource. */
export interface ResourceArgs extends AirkitObjectArgs {
  /** Resource Name (documented). Default: the resource's name. A change updates. */
  name?: string;
  /** Capabilities (documented), in any order. Default: `MESSAGING_SEND_TEXT`, "Send Text Message". A change updates. */
  capabilities?: string[];
  /**
   * Datasource (documented): the UUID of the connected account. A change updates; that a Resource can change its account
   * is inferred from the console's page on modifying Resources.
   *
   * @example account.accountId
   */
  datasourceId: string;
  /** Remote ID (documented for phone numbers; what it means for Kustomer is unknown). A change updates. */
  remoteId?: string;
  /**
   * The UUID of an existing Resource, from the address of its page. Operator driver: which one was made by hand, required.
   * Console driver: the Resource to take over. Naming another one replaces.
   */
  resourceId?: string;
}

interface Inputs extends AirkitObjectInputs {
  capabilities: string[];
  datasourceId: string;
  remoteId?: string | undefined;
  resourceId?: string | undefined;
}

/** What is known of a Resource. */
export interface ResourceOutputs extends Inputs, AirkitObjectOutputs {
  /** The Resource's UUID: KUSTOMER_RESOURCE_ID in the vendor's guide, part of the webhook's destination URL. */
  resourceId: string;
}

const inputs = z.object({
  ...airkitObjectInputs,
  capabilities: z
    .array(z.string().trim().min(1, "must not be empty"))
    .min(1, "must name at least one capability")
    .default(["MESSAGING_SEND_TEXT"]),
  datasourceId: uuid,
  remoteId: z.string().trim().min(1, "must not be empty").optional(),
  resourceId: uuid.optional(),
});

const fields: FieldTable<Inputs> = {
  name: { change: "update", doc: "Resource Name (documented)." },
  capabilities: {
    change: "update",
    compare: "set",
    doc: `Capabilities (documented): ${Object.keys(AIRKIT_CAPABILITIES).join(", ")}, or others of the form.`,
  },
  datasourceId: { change: "update", doc: "Datasource (documented): UUID of the connected account." },
  remoteId: { change: "update", doc: "Remote ID (documented; its meaning for Kustomer is unknown)." },
  resourceId: {
    change: "replace",
    compare: "identity",
    doc: "UUID of an existing Resource; required by the operator driver.",
    output: "The Resource's UUID, whoever made it: part of the webhook's destination URL.",
  },
  ...airkitObjectFields,
};

/** A Resource: the place in Airkit that Kustomer's events are sent to. */
export const resource: AirkitLifecycle<Inputs, ResourceOutputs> = {
  name: "AirkitResource",
  type: "airkit:Resource",
  doc: "A Resource of Airkit: the place that Kustomer's events are sent to.",
  inputs,
  fields,
  outputs: airkitObjectOutputs,
  ...airkitMethods<Inputs, ResourceOutputs>({
    noun: "Resource",
    resource: "AirkitResource",
    collection: "resources",
    idField: "resourceId",
    page: "Console > Resources > All Resources",
    button: "+ Create Resource",
    madeFirst: true,
    fields,
    form: {
      name: { label: "Resource Name" },
      capabilities: { label: "Capabilities", words: AIRKIT_CAPABILITIES },
      datasourceId: { label: "Datasource" },
      remoteId: { label: "Remote ID" },
    },
  }),
};
