import type { OutboundWebhookData } from "../../../providers/kustomer/answers";
import type { OutboundWebhookBody } from "../../../providers/kustomer/client";
import type { OutboundWebhookOutputs } from "../../../providers/kustomer/outbound-webhook";
import { RelayError } from "../../../providers/lifecycle/errors";
import { once } from "../once";
import type { StateResource } from "../state";
import type { SubjectOf } from "../subjects";
import type { Organisation } from "./organisation";

/** An outbound webhook that the stack declares. */
export class Webhook implements SubjectOf<"webhook"> {
  readonly kind = "webhook";
  readonly name: string;
  /** As the state has it: what was declared, with what Kustomer made of it. */
  readonly known: OutboundWebhookOutputs;

  constructor(
    resource: StateResource,
    readonly organisation: Organisation,
  ) {
    this.name = resource.name;
    this.known = resource.outputs as unknown as OutboundWebhookOutputs;
  }

  get id(): string {
    return this.known.webhookId;
  }

  /** As Kustomer has it; `undefined` when it is gone. That the list holds all of them is documented nowhere. */
  readonly now = once(async (): Promise<OutboundWebhookData | undefined> => {
    const listed = (await this.organisation.webhooks()).find(({ id }) => id === this.id);
    return listed ?? (await this.organisation.client()).getOutboundWebhook(this.id);
  });

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
