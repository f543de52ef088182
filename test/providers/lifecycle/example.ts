import * as z from "zod";
import type { Comparison, Field } from "../../../providers/lifecycle/lifecycle";

/** A declaration with one field of every kind, for tests of what is derived from declarations. */
export const example = {
  inputs: z.object({
    name: z.string().min(1, "must not be empty"),
    count: z.number().int("must be whole").default(3),
    tags: z.array(z.string().max(5, "is too long")).default([]),
    headers: z.record(z.string().regex(/^[\w-]+$/, "not a header name"), z.string()).default({}),
    nested: z.object({ inner: z.string() }).optional(),
    secret: z.string().min(4, "is too short").optional(),
    adopt: z.string().optional(),
    watch: z.number().default(0),
  }),
  fields: {
    name: { change: "update", doc: "" },
    count: { change: "replace", doc: "" },
    tags: { change: "update", compare: "set", doc: "" },
    headers: { change: "update", compare: "case-insensitive map", doc: "" },
    nested: { change: "replace", doc: "" },
    secret: { change: "replace", compare: "write-only", secret: true, doc: "" },
    adopt: { change: "replace", compare: "identity", doc: "" },
    watch: { change: "update", compare: "ignored", internal: true, doc: "" },
  } satisfies Record<string, Field & { compare?: Comparison }>,
};
