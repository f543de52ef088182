import type { OutboundWebhookData } from "../../../../providers/kustomer/answers";
import type { OutboundWebhookBody } from "../../../../providers/kustomer/client";
import type { OutboundWebhookOutputs } from "../../../../providers/kustomer/outbound-webhook/fields";
import { RelayError } from "../../../../providers/lifecycle/errors";
import { staleConsumers } from "../../consumers";
import { once } from "../../once";
import type { StateResource } from "../../state";
import type { Subject } from "../../subject";
import { Endpoint } from "../endpoint";
import type { Organisation } from "../organisation";

/** An outbound webhook that the stack declares. */
export class Webhook implements Subject {
  readonly kind = "webhook";
  readonly name: string;
  /** As the state has it: what was declared, with what Kustomer made of it. */
  readonly known: OutboundWebhookOutputs;
  /** Where the state says that it sends; `undefined` where that is not a URL. */
  readonly endpoint: Endpoint | undefined;
  /** What was given another secret than it has. */
  readonly staleConsumers: readonly string[];

  constructor(
    resource: StateResource,
    readonly organisation: Organisation,
    all: readonly StateResource[],
  ) {
    this.name = resource.name;
    this.known = resource.outputs as unknown as OutboundWebhookOutputs;
    const { url, headers } = this.known;
    const sender = { secret: this.signingSecret, headers };
    this.endpoint = URL.canParse(url)
      ? new Endpoint(this.name, new URL(url), sender, organisation.isOnThisMachine)
      : undefined;
    this.staleConsumers = staleConsumers(all, resource.urn, this.signingSecret);
  }

  get id(): string {
    return this.known.webhookId;
  }

  get signingSecret(): string {
    return this.known.signingSecret;
  }

  /** As Kustomer has it; `undefined` when it is gone. That the list holds all of them is documented nowhere. */
  readonly now = once(async (): Promise<OutboundWebhookData | undefined> => {
    const listed = (await this.organisation.webhooks()).find(({ id }) => id === this.id);
    return listed ?? (await this.organisation.client()).getOutboundWebhook(this.id);
  });

  /** Kustomer's log of its latest attempts to deliver. */
  readonly attempts = once(async () => (await this.organisation.client()).listTransactions(this.id));

  /** For checks that need it to exist. */
  readonly existing = async (): Promise<OutboundWebhookData> => {
    const webhook = await this.now();
    if (webhook === undefined) throw new RelayError("it no longer exists");
    return webhook;
  };

  /** Changes this and leaves all the rest as it is: no document says whether PATCH merges. */
  async change(changed: Partial<OutboundWebhookBody>): Promise<void> {
    const client = await this.organisation.client();
    const { name, url, events, headers, enabled } =
      (await client.getOutboundWebhook(this.id)) ?? (await this.existing());
    await client.updateOutboundWebhook(this.id, { name, url, events, headers, enabled, ...changed });
  }
}
