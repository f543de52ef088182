import { createDeliveryHandler } from "../delivery";

export const handler = createDeliveryHandler(process.env);
