import type { AirkitKind } from "../airkit/forms";
import type { AirkitObject } from "../airkit/object";
import type { Methods } from "../methods";
import type { KeyRecord, ReceivedRecord, RequestRecord, TransactionRecord, WebhookRecord } from "../types";

/** All that the page shows, newest first where time counts. */
export interface Overview {
  readonly webhooks: WebhookRecord[];
  readonly keys: KeyRecord[];
  readonly airkit: Readonly<Record<AirkitKind, AirkitObject[]>>;
  readonly received: ReceivedRecord[];
  readonly transactions: TransactionRecord[];
  readonly deliveries: { waiting: number; failed: number; givenUp: number };
  readonly requests: RequestRecord[];
}

const SHOWN = 50;

export function overviewOf(methods: Methods): Overview {
  return {
    webhooks: methods.webhooks(),
    keys: methods.keys(),
    airkit: {
      accounts: methods.airkitObjects("accounts"),
      resources: methods.airkitObjects("resources"),
      hubs: methods.airkitObjects("hubs"),
      "routing-flows": methods.airkitObjects("routing-flows"),
    },
    received: newest(methods.received()),
    transactions: newest(methods.transactions()),
    deliveries: methods.deliveries(),
    requests: newest(methods.requests),
  };
}

function newest<T>(all: readonly T[]): T[] {
  return all.slice(-SHOWN).reverse();
}
