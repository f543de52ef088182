import * as z from "zod";
import { isRate, RATE_IN_WORDS } from "./controls";
import { filterProblems } from "./filter";

const value = z.union([z.string(), z.number(), z.boolean()]);
const names = z.array(z.string());

const test = {
  events: names.optional(),
  path: z.string().optional(),
  equals: value.optional(),
  oneOf: z.array(value).optional(),
  exists: z.boolean().optional(),
};

/** For those who want to know what a rule is made of; what may stand in one is said once, in filter.ts. */
const rules = z.array(
  z.strictObject({
    name: z.string().optional(),
    appliesTo: names.optional(),
    ...test,
    not: z.strictObject(test).optional(),
  }),
);

/** Looks at what was given before zod does, whose words for a mistake in a union are of no help to anybody. */
const filter = z.preprocess((given, context) => {
  for (const { path, problem } of given === undefined ? [] : filterProblems(given))
    context.addIssue({ code: "custom", path: [...path], message: problem });
  return given;
}, rules);

/** The controls of a relay, by the same names and rules in a program, in stack config and in receiver.yaml. */
export const CONTROLS_SHAPE = {
  paused: z.boolean({ error: "must be true or false" }).optional(),
  maxPerSecond: z
    .number({ error: `must be ${RATE_IN_WORDS}` })
    .refine(isRate, `must be ${RATE_IN_WORDS}`)
    .optional(),
  filter: filter.optional(),
} as const;
