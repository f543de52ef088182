import type { Overview } from "../../overview";
import type { Live } from "../live";
import { DeliveryLog } from "./delivery-log";
import { Keys } from "./keys";
import { SendEvent } from "./send-event";
import { Webhooks } from "./webhooks";

/** Kustomer as an admin sees it: outbound webhooks, API keys, and what was delivered. */
export function Kustomer({ overview, act }: { overview: Overview; act: Live["act"] }) {
  return (
    <section class="stack" aria-labelledby="kustomer">
      <h2 id="kustomer">Kustomer</h2>
      <Webhooks overview={overview} act={act} />
      <SendEvent act={act} />
      <Keys overview={overview} act={act} />
      <DeliveryLog overview={overview} />
    </section>
  );
}
