import * as pulumi from "@pulumi/pulumi";
import type { ResourceArgs } from "../providers/dynamic/resource";
import type { ApiKeyArgs } from "../providers/kustomer/api-key";
import type { OutboundWebhookArgs } from "../providers/kustomer/outbound-webhook";
import { KustomerApiKey, KustomerOutboundWebhook } from "../providers/resources";

/** What a relay is made of. */
export interface KustomerRelayArgs {
  kustomer?: {
    /** The key with which Airkit calls Kustomer; left out, it is issued where the provider names an issuer. */
    apiKey?: ResourceArgs<ApiKeyArgs>;
    /** The outbound webhook, but for its `url`, which follows from the destination. */
    webhook?: Omit<ResourceArgs<OutboundWebhookArgs>, "url">;
  };
  /** An https URL that receives the events. */
  destination: pulumi.Input<string>;
}

export class KustomerRelay extends pulumi.ComponentResource {
  readonly destinationUrl: pulumi.Output<string>;
  readonly webhookUrl: pulumi.Output<string>;
  readonly webhookId: pulumi.Output<string>;
  readonly webhookSecret: pulumi.Output<string>;
  readonly apiKeyId: pulumi.Output<string>;

  constructor(name: string, args: KustomerRelayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kustomer-relay:index:KustomerRelay", name, {}, opts);
    const child = { parent: this };

    const apiKey = new KustomerApiKey(`${name}-api-key`, args.kustomer?.apiKey, child);
    const webhook = new KustomerOutboundWebhook(
      `${name}-webhook`,
      { ...args.kustomer?.webhook, url: args.destination },
      child,
    );

    this.destinationUrl = pulumi.output(args.destination);
    this.webhookUrl = webhook.url;
    this.webhookId = webhook.webhookId;
    this.webhookSecret = webhook.token;
    this.apiKeyId = apiKey.keyId;
    this.registerOutputs({
      destinationUrl: this.destinationUrl,
      webhookUrl: this.webhookUrl,
      webhookId: this.webhookId,
      webhookSecret: this.webhookSecret,
      apiKeyId: this.apiKeyId,
    });
  }
}
