import { randomBytes } from "node:crypto";
import * as z from "zod";
import { sealRoute } from "../../receiver/route-seal";
import {
  type ArgsOf,
  type InputsOf,
  type OutputsOf,
  input,
  internalInput,
  nameInput,
  output,
} from "../lifecycle/fields";
import type { Lifecycle } from "../lifecycle/lifecycle";

export const receiverRouteFields = {
  inputs: {
    /** Used in messages. Default: the resource's name. A change touches nothing. */
    name: nameInput(z.string("must be text"), { compare: "ignored" }),
    /**
     * A text that the receiver has, too: the path then ends in a seal, by which the receiver knows it for one of its own without
     * asking anybody. A change touches nothing; it is for paths that are made.
     */
    sealKey: input(z.string("must be text").optional(), { compare: "ignored" }),
    mark: internalInput(z.string(), { compare: "ignored" }),
  },
  outputs: {
    /** 32 characters, 0 to 9 and a to f: random, made once. With a seal 56. */
    path: output(z.string()),
  },
};

/** What a person declares of a route. */
export type ReceiverRouteArgs = ArgsOf<typeof receiverRouteFields.inputs>;
type Inputs = InputsOf<typeof receiverRouteFields.inputs>;
/** What is known of a route. */
export type ReceiverRouteOutputs = OutputsOf<typeof receiverRouteFields.inputs, typeof receiverRouteFields.outputs>;

/** 128 bits: nobody finds it by trying. In hexadecimal, so that a secret may be called after it (no dash near its end). */
const BYTES = 16;

/**
 * The part of a receiver's address that tells one relay from the others and that nobody can guess. It is made once and kept in
 * the state; there is nothing outside that it could be read from. It is no secret: what protects a relay is its signing secret,
 * this only keeps strangers from using up its time. `pulumi up --replace <URN>` makes another one.
 */
export const receiverRoute: Lifecycle<Inputs, ReceiverRouteOutputs, undefined> = {
  name: "ReceiverRoute",
  type: "receiver:Route",
  ...receiverRouteFields,

  connect: () => undefined,

  create(_client, inputs) {
    const random = randomBytes(BYTES).toString("hex");
    const path = inputs.sealKey === undefined ? random : sealRoute(random, inputs.sealKey);
    return Promise.resolve({ id: `route-${inputs.mark}`, outputs: { ...inputs, path } });
  },

  read: (_client, _id, known) => Promise.resolve(known),

  update: (_client, _id, known, inputs) => Promise.resolve({ ...inputs, path: known.path }),

  delete: () => Promise.resolve(),
};
