import * as z from "zod";
import { input, internalInput, output } from "../../../providers/lifecycle/fields";
import type { Lifecycle } from "../../../providers/lifecycle/lifecycle";
import type { OptIns } from "../../../providers/lifecycle/opt-ins";

/** A declaration with one field of every kind, for tests of what is derived from declarations. */
export const example = {
  name: "Example",
  type: "kustomer:Example",
  inputs: {
    name: input(z.string().min(1, "must not be empty")),
    count: input(z.number().int("must be whole").default(3), { change: "replace" }),
    tags: input(z.array(z.string().max(5, "is too long")).default([]), { compare: "set" }),
    headers: input(z.record(z.string().regex(/^[\w-]+$/, "not a header name"), z.string("must be text")).default({}), {
      compare: "case-insensitive map",
    }),
    nested: input(z.object({ inner: z.string("must be text") }).optional(), { change: "replace" }),
    secret: input(z.string().min(4, "is too short").optional(), {
      change: "replace",
      compare: "write-only",
      secret: true,
    }),
    adopt: input(z.string().optional(), { change: "replace", compare: "identity" }),
    watch: internalInput(z.number().default(0), { compare: "ignored" }),
  },
  outputs: {
    made: output(z.string()),
    changedAt: output(z.string(), { changesWith: "any" }),
    countedAt: output(z.string(), { changesWith: ["count"] }),
  },
};

export type Inputs = Record<string, unknown>;
export type Outputs = Inputs & { readonly made?: string };
export type Parts = Partial<Lifecycle<Inputs, Outputs, string> & OptIns<Inputs, Outputs, string>>;

/** The example with methods; those that a test does not give are not to be called. */
export function exampleWith(parts: Parts = {}): Lifecycle<Inputs, Outputs, string> & Parts {
  const unused = (): Promise<never> => Promise.reject(new Error("not used"));
  return {
    ...example,
    connect: () => "connection",
    create: unused,
    read: unused,
    update: unused,
    delete: unused,
    ...parts,
  };
}
