import * as z from "zod";

const text = (doc: string): z.ZodString => z.string().describe(doc);
const label = text("The field's name.");
const command = text("The command that shows what to enter.");

export const operatorStep = z.object({
  title: text('What to do: `Create the routing flow "support"`.'),
  consolePath: text("Where: `Console > Conversations > Routing Flows > Create New`."),
  fields: z
    .array(z.union([z.object({ label, value: text("What to enter.") }), z.object({ label, command })]))
    .describe("The form's fields in its order: what to enter, or the command that shows it where it is a secret."),
  done: text("The command that records the step as done."),
});

/** One thing for a person to do in the console. Holds no secret. */
export type OperatorStep = z.infer<typeof operatorStep>;
