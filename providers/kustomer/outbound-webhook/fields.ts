import * as z from "zod";
import {
  type ArgsOf,
  type InputsOf,
  type OutputsOf,
  input,
  internalInput,
  internalOutput,
  nameInput,
  output,
} from "../../lifecycle/fields";
import { isHttpsOrLoopback } from "../../lifecycle/addresses";
import { placeInputs, placeOutputs } from "../place";
import { type EventName, RELAY_EVENTS } from "./events";
import { headerNameProblem, headerValueProblem } from "./header-rules";

// Which events there are is Kustomer's to say: see verify-events.ts.
const eventName = z.string("must be the name of an event").trim().min(1, "must be the name of an event");

/** Text for which the rule knows no problem. */
const ruled = (message: string, problemOf: (text: string) => string | undefined): z.ZodString =>
  z.string(message).superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

const headerName = ruled("not a header name", headerNameProblem);
const headerValue = ruled("must be text", headerValueProblem);

const no = (): boolean => false;

export const outboundWebhookFields = {
  inputs: {
    /** The name shown in Kustomer, up to 255 characters. Default: the resource's name. */
    name: nameInput(z.string().trim().min(1, "must not be empty").max(255, "must have at most 255 characters")),
    /**
     * Where events are sent: an https URL (http only to this machine, for a sandbox).
     *
     * @example "https://api.airkit.com/internal/sessions/v1/resource/kustomer/0b0e…/receive-message"
     */
    url: input(
      z
        .string({ error: "is required: the https URL that receives the events" })
        .refine((url) => !/\s/.test(url), { error: "has a blank or a line break in it; remove it", abort: true })
        .refine(isHttpsOrLoopback, "must be an https URL (http only to this machine)"),
    ),
    /**
     * The events that are sent, in any order: names of Kustomer's event catalog. One that this version does not know is let
     * through with a warning, unless the organisation says that it has no such event. Default: the two of the vendor's guide,
     * `kustomer.message.create` and `kustomer.conversation.update`.
     */
    events: input(
      z.array(eventName).min(1, "must name at least one event").default(RELAY_EVENTS) as unknown as z.ZodType<
        string[],
        EventName[] | undefined
      >,
      { compare: "set" },
    ),
    /**
     * Headers sent along with every event, name to value; the case of names does not count. A value may be a secret.
     * `x-relay-owner` is the package's own, and some are Kustomer's or HTTP's.
     *
     * @example { "x-team": "support", authorization: config.requireSecret("gatewayToken") }
     */
    headers: input(
      z
        .record(headerName, headerValue)
        .default({})
        .refine(
          (headers) =>
            new Set(Object.keys(headers).map((name) => name.toLowerCase())).size === Object.keys(headers).length,
          "names a header twice, in different case",
        ),
      { compare: "case-insensitive map" },
    ),
    /** Whether events are sent. Switching on is watched. */
    enabled: input(z.boolean("must be true or false").default(true)),
    /**
     * For how many seconds, 0 to 300, a webhook that was just created or switched on is watched, because Kustomer may switch
     * it off again; in a rotation the new one, before the old one goes. 0 turns it off. A change touches nothing.
     */
    watchSeconds: input(
      z
        .number("must be a number of seconds")
        .int("must be a whole number of seconds")
        .min(0, "must be at least 0")
        .max(300, "must be at most 300")
        .default(10),
      { compare: "ignored" },
    ),
    /**
     * A counter: raise it for a new signing secret. Kustomer cannot renew a secret in place, so a change replaces: the new
     * webhook is made first, what depends on its secret is updated, and then the old one is deleted.
     */
    rotation: input(
      z.number("must be a whole number").int("must be a whole number").min(0, "must be at least 0").default(0),
      { change: "replace" },
    ),
    /**
     * The id of an existing webhook to take over, with its signing secret. It is updated to what is declared here, never
     * replaced. The id may stay or be removed afterwards; naming another webhook replaces.
     */
    adopt: input(z.string("must be the id of a webhook").min(1, "must be the id of a webhook").optional(), {
      change: "replace",
      compare: "identity",
    }),
    mark: internalInput(z.string(), { compare: "claim" }),
    /** Whether the engine deletes before it replaces, so that a rotation needs no second place. */
    deletesFirst: internalInput(z.boolean().default(false), { compare: "ignored", implied: no }),
    /** Of a self-hosted receiver: it has the secret there before events come. A relay has `SigningSecretFile` for what follows. */
    secretFile: internalInput(
      z
        .strictObject({
          path: z.string(),
          mode: z.string().optional(),
          owner: z.string().optional(),
          group: z.string().optional(),
          inPlace: z.boolean().optional(),
        })
        .optional(),
      { compare: "ignored" },
    ),
    /** Declared to be off. */
    isError: internalInput(z.literal(false).default(false) as unknown as z.ZodType<boolean, boolean | undefined>, {
      implied: no,
    }),
    /** Declared not to be. */
    isDoubled: internalInput(z.literal(false).default(false) as unknown as z.ZodType<boolean, boolean | undefined>, {
      implied: no,
    }),
    ...placeInputs,
  },
  outputs: {
    /** Kustomer's own error flag: true when deliveries keep failing. */
    isError: output(z.boolean(), { changesWith: "any" }),
    /** Kustomer's id of the webhook. It differs from the resource's `id` only where the webhook had to be registered anew. */
    webhookId: output(z.string()),
    /** The signing secret: the key of the HMAC-SHA256 over the raw body, in `X-Kustomer-Webhook-Signature`. Secret. */
    signingSecret: output(z.string(), { secret: true }),
    /** Whether an attempt of this state's own had its effect late, beside the webhook. */
    isDoubled: internalOutput(z.boolean(), { changesWith: "any", implied: no }),
    /** The state's claim to the webhook; part of the owner mark. */
    generation: internalOutput(z.string(), { changesWith: "any" }),
    /** With which claims this state's runs asked for the webhook to be made. */
    postedGenerations: internalOutput(z.array(z.string()), {
      changesWith: "any",
      implied: ({ generation }) => (generation === undefined ? undefined : [generation]),
    }),
    ...placeOutputs,
    /** Set where Kustomer's error flag did not go away by switching the webhook on: then it is no drift, until it has been away. */
    errorStays: internalOutput(z.literal(true).optional(), { changesWith: "any" }),
    /** When it was created, ISO 8601; empty where Kustomer does not say. */
    createdAt: output(z.string()),
    /** When it was last changed, ISO 8601; empty where Kustomer does not say. */
    updatedAt: output(z.string(), { changesWith: "any" }),
  },
};

/** What a person declares of an outbound webhook. */
export type OutboundWebhookArgs = ArgsOf<typeof outboundWebhookFields.inputs>;
export type OutboundWebhookInputs = InputsOf<typeof outboundWebhookFields.inputs>;
/** What is known of an outbound webhook once it exists. */
export type OutboundWebhookOutputs = OutputsOf<
  typeof outboundWebhookFields.inputs,
  typeof outboundWebhookFields.outputs
>;
