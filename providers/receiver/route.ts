import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { Lifecycle } from "../lifecycle/lifecycle";

/** What a person declares of a route. */
export interface ReceiverRouteArgs {
  /** Used in messages. Default: the resource's name. A change touches nothing. */
  name?: string;
}

interface Inputs {
  name: string;
  mark: string;
}

/** What is known of a route. */
export interface ReceiverRouteOutputs extends Inputs {
  /** 32 characters, 0 to 9 and a to f. */
  path: string;
}

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
  doc: "The part of a receiver's address that tells one relay from the others and that nobody can guess.",
  inputs: z.object({ name: z.string(), mark: z.string() }),
  fields: {
    name: { change: "update", compare: "ignored", doc: "Used in messages." },
    mark: { change: "update", compare: "ignored", internal: true, doc: "Opaque mark of the declaring resource." },
  },
  outputs: {
    path: { doc: "32 characters, 0 to 9 and a to f: random, made once." },
  },

  connect: () => undefined,

  create(_client, inputs) {
    return Promise.resolve({
      id: `route-${inputs.mark}`,
      outputs: { ...inputs, path: randomBytes(BYTES).toString("hex") },
    });
  },

  read: (_client, _id, known) => Promise.resolve(known),

  update: (_client, _id, known, inputs) => Promise.resolve({ ...inputs, path: known.path }),

  delete: () => Promise.resolve(),
};
