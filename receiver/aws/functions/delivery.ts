import { createDeliveryHandler } from "../delivery";
import { loadEarly } from "../http";

export const handler = createDeliveryHandler(process.env);

if (process.env.AWS_LAMBDA_INITIALIZATION_TYPE !== undefined) void loadEarly();
