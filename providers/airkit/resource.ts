import * as z from "zod";
import { type ArgsOf, type InputsOf, type OutputsOf, input, output } from "../lifecycle/fields";
import { type AirkitLifecycle, airkitMethods } from "./object";
import { airkitInputs, airkitOutputs, objectIdInput, objectName } from "./object-fields";
import { uuid } from "./object-id";

/** What the console calls the capabilities (documented) that exports call by these names (observed). */
export const AIRKIT_CAPABILITIES = {
  MESSAGING_SEND_TEXT: "Send Text Message",
  VOICE_LISTEN: "Send Voice",
  VOICE_SAY: "Send Voice",
  HTTP_URL_CREATE_CALLABLE: "URL Domain",
  HTTP_URL_CALLABLE: "URL Route",
} as const;

export const resourceFields = {
  inputs: {
    /** Resource Name (documented). Default: the resource's name. */
    name: objectName,
    /** Capabilities (documented), in any order: those of `AIRKIT_CAPABILITIES`, or others of the form. */
    capabilities: input(
      z
        .array(z.string("must be text").trim().min(1, "must not be empty"), "must be a list of capabilities")
        .min(1, "must name at least one capability")
        .default(["MESSAGING_SEND_TEXT"]),
      { compare: "set" },
    ),
    /**
     * Datasource (documented): the UUID of the connected account. That a Resource can change its account is inferred from the
     * console's page on modifying Resources.
     *
     * @example account.accountId
     */
    datasourceId: input(uuid),
    /** Remote ID (documented for phone numbers; what it means for Kustomer is unknown). */
    remoteId: input(z.string("must be text").trim().min(1, "must not be empty").optional()),
    /**
     * The UUID of an existing Resource, or the address of its page. Operator driver: which one was made by hand, required.
     * Console driver: the Resource to take over. Naming another one replaces.
     */
    resourceId: objectIdInput({ change: "replace" }),
    ...airkitInputs,
  },
  outputs: {
    /** The Resource's UUID, whoever made it: KUSTOMER_RESOURCE_ID in the vendor's guide, part of the webhook's destination URL. */
    resourceId: output(z.string()),
    ...airkitOutputs,
  },
};

/** What a person declares of a Resource. */
export type ResourceArgs = ArgsOf<typeof resourceFields.inputs>;
type Inputs = InputsOf<typeof resourceFields.inputs>;
/** What is known of a Resource. */
export type ResourceOutputs = OutputsOf<typeof resourceFields.inputs, typeof resourceFields.outputs>;

/** A Resource: the place in Airkit that Kustomer's events are sent to. */
export const resource: AirkitLifecycle<Inputs, ResourceOutputs> = {
  name: "AirkitResource",
  type: "airkit:Resource",
  ...resourceFields,
  ...airkitMethods<Inputs, ResourceOutputs>({
    noun: "Resource",
    resource: "AirkitResource",
    collection: "resources",
    idField: "resourceId",
    page: "Console > Resources > All Resources",
    button: "+ Create Resource",
    madeFirst: true,
    inputs: resourceFields.inputs,
    form: {
      name: { label: "Resource Name" },
      capabilities: { label: "Capabilities", words: AIRKIT_CAPABILITIES },
      datasourceId: { label: "Datasource" },
      remoteId: { label: "Remote ID" },
    },
  }),
};
