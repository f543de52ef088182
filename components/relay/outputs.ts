import * as z from "zod";
import { operatorStep } from "../../providers/airkit/operator-step";

interface RelayOutput {
  readonly schema: z.ZodType;
  readonly secret: boolean;
}

const told = (schema: z.ZodType): RelayOutput => ({ schema, secret: false });
const kept = (schema: z.ZodType): RelayOutput => ({ schema, secret: true });

/** What a relay gives, for whoever has to know it without TypeScript's types. What each is stands in the component. */
export const RELAY_OUTPUTS = {
  destinationUrl: told(z.string()),
  webhookUrl: told(z.string()),
  webhookId: told(z.string()),
  signingSecret: kept(z.string()),
  apiKeyId: told(z.string()),
  kustomerApiKey: kept(z.string()),
  accountId: told(z.string()),
  resourceId: told(z.string()),
  hubId: told(z.string()),
  routingFlowId: told(z.string()),
  operatorSteps: told(z.array(operatorStep)),
  receiver: told(z.record(z.string(), z.unknown())),
  status: told(z.enum(["active", "pending", "failing"])),
};
