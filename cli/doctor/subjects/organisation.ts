import type { OutboundWebhookData } from "../../../providers/kustomer/answers";
import { baseUrlOf, connectToKustomer } from "../../../providers/kustomer/connection";
import type { Settings } from "../../../providers/lifecycle/settings";
import { once } from "../once";
import type { SubjectOf } from "../subjects";

/** What the state knows of the webhooks of an organisation, whichever of its resources declares them. */
export interface KnownWebhooks {
  readonly ids: ReadonlySet<string>;
  readonly marks: ReadonlySet<string>;
}

/** A Kustomer organisation, as one provider of the stack reaches it. */
export class Organisation implements SubjectOf<"organisation"> {
  readonly kind = "organisation";
  readonly name: string;

  constructor(
    provider: string,
    readonly settings: Settings,
    readonly known: KnownWebhooks,
  ) {
    const url = baseUrlOf(settings);
    this.name = url !== undefined && URL.canParse(url) ? new URL(url).host : provider;
  }

  /** An organisation itself is in no other. */
  readonly organisation = this;

  readonly client = once(() => Promise.resolve(connectToKustomer(this.settings)));

  /** The management key, as Kustomer knows it. */
  readonly managementKey = once(async () =>
    (await this.client()).currentAuthToken(this.settings.get("kustomer:apiKey") ?? ""),
  );

  /** All of them: one request for however many the stack declares. */
  readonly webhooks = once(async (): Promise<OutboundWebhookData[]> => (await this.client()).listOutboundWebhooks());
}
