import * as z from "zod";

const told = { schema: z.string(), secret: false };

/** What a receiver gives, for whoever has to know it without TypeScript's types. What each is stands in the component. */
export const RECEIVER_OUTPUTS = {
  url: told,
  queueUrl: told,
  deadLetterQueueUrl: told,
  tableName: told,
  region: told,
  intakeFunctionName: told,
  deliveryFunctionName: told,
  dashboardUrl: told,
};
