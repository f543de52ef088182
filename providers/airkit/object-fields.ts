import * as z from "zod";
import {
  type InputField,
  type InputsOf,
  type ValuesOf,
  input,
  internalInput,
  internalOutput,
  nameInput,
  output,
} from "../lifecycle/fields";
import { DRIVERS } from "./driver";
import { uuid } from "./object-id";
import { operatorStep } from "./operator-step";

/** What every Airkit object has beside its form and its id. */
export const airkitInputs = {
  /**
   * The revision that an operator recorded as done (operator driver). Left out: stack config `airkit:applied.<resource name>`,
   * which the printed command sets. A change touches nothing in Airkit.
   */
  appliedRevision: input(z.string("must be text").optional()),
  /** The name of the Pulumi resource. */
  resourceName: internalInput(z.string().default(""), { compare: "ignored" }),
  /** The setting `airkit:driver`. */
  driver: internalInput(z.enum(DRIVERS)),
  mark: internalInput(z.string(), { compare: "claim" }),
};

export const airkitOutputs = {
  /** `applied`, or `pending` as long as an operator has something left to do. */
  status: output(z.enum(["applied", "pending"]), { changesWith: "any" }),
  /** A short digest of the declared settings; nothing can be guessed from it. */
  revision: output(z.string(), { changesWith: "any" }),
  /** The fields whose declared value is not known to be in Airkit. */
  pendingFields: output(z.array(z.string()), { changesWith: "any" }),
  /** What an operator has left to do: where, each field, and the command that records it as done. Holds no secret. */
  steps: output(z.array(operatorStep), { changesWith: "any" }),
  /** Makes digests of secrets worthless to anybody else. */
  revisionKey: internalOutput(z.string(), { secret: true }),
  /** What is known to be in Airkit: plain fields as they are, secret ones as keyed digests. */
  applied: internalOutput(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])), {
    changesWith: "any",
  }),
  /** Which attempt made the object through the console API, part of its `owner`; empty where none did. */
  generation: internalOutput(z.string(), { changesWith: "any", implied: () => "" }),
  /** Which organisation it belongs to, as the console API names it; empty where nothing tells. */
  organisation: output(z.string(), { changesWith: "any" }),
  /** The address of the console API at which it was last seen; empty where an operator does the clicks. */
  baseUrl: output(z.string(), { changesWith: "any" }),
  /** Whether the program names the object by its UUID. */
  named: internalOutput(z.boolean(), { changesWith: "any", implied: () => false }),
};

/** The object's name on its form. */
export const objectName = nameInput(
  z.string("must be text").trim().min(1, "must not be empty").max(255, "must have at most 255 characters"),
);

/** Names the object itself: another UUID is another object. */
export const objectIdInput = (options: {
  change?: "replace";
}): InputField<string | undefined, string | undefined, false> =>
  input(uuid.optional(), { compare: "identity", ...options });

/** The command that shows an operator the secret field of a form. */
export const secretCommand = (usual: string): InputField<string | undefined, string, false> =>
  input(z.string("must be text").trim().min(1, "must not be empty").default(usual), { compare: "ignored" });

export type AirkitObjectInputs = InputsOf<typeof airkitInputs> & { name: string };
export type AirkitObjectOutputs = ValuesOf<typeof airkitOutputs>;
