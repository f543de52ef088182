import * as z from "zod";

export const operatorStep = z.object({
  /** `Create the routing flow "support"` */
  title: z.string(),
  /** `Console > Conversations > Routing Flows > Create New` */
  consolePath: z.string(),
  /** The form's fields in its order: what to enter, or the command that shows it where it is a secret. */
  fields: z.array(
    z.union([z.object({ label: z.string(), value: z.string() }), z.object({ label: z.string(), command: z.string() })]),
  ),
  /** The command that records the step as done. */
  done: z.string(),
});

/** One thing for a person to do in the console. Holds no secret. */
export type OperatorStep = z.infer<typeof operatorStep>;
