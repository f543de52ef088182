/**
 * What Pulumi's provider process loads: one dynamic provider per resource, by the resource's name. Stored states refer to
 * this file and these names (see `providers/dynamic/trampoline.ts`), so neither may ever change.
 */
import { adapt } from "./providers/dynamic/adapt";
import { apiKey } from "./providers/kustomer/api-key";
import { outboundWebhook } from "./providers/kustomer/outbound-webhook";

export const KustomerApiKey = adapt(apiKey);
export const KustomerOutboundWebhook = adapt(outboundWebhook);
