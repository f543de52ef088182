import type { AirkitObjects } from "./airkit/objects";
import type { Faults } from "./faults";
import { withoutToken, type Keys } from "./keys";
import type { Deliveries } from "./kustomer/delivery";
import type { RateLimit } from "./kustomer/rate-limit";
import type { Store } from "./store";
import type { RequestRecord, Sandbox } from "./types";
import type { Webhooks } from "./webhooks";

export interface Parts {
  store: Store;
  webhooks: Webhooks;
  keys: Keys;
  faults: Faults;
  deliveries: Deliveries;
  rateLimit: RateLimit;
  requests: RequestRecord[];
  airkitObjects: AirkitObjects;
}

/** What a test, a person or another process can do to a running sandbox. */
export type Methods = Omit<
  Sandbox,
  "url" | "managementKey" | "organisation" | "issuerUrl" | "issuerToken" | "airkitConsoleUrl" | "airkitToken" | "close"
>;

export function methodsOf({
  store,
  webhooks,
  keys,
  faults,
  deliveries,
  rateLimit,
  requests,
  airkitObjects,
}: Parts): Methods {
  const webhook = (id: string) => existing(webhooks.find(id), `webhook ${id}`);
  const key = (id: string) => existing(keys.find(id), `key ${id}`);
  return {
    requests,
    clearRequests: () => {
      requests.length = 0;
    },

    webhooks: () => structuredClone([...webhooks.all()]),
    createWebhook: (fields) => {
      if (fields.createdByApp !== true && webhooks.full()) throw new Error("The org has all the webhooks it may have.");
      return structuredClone(webhooks.create(fields));
    },
    editWebhook: (id, patch) => {
      webhooks.edit(webhook(id), patch);
      return structuredClone(webhook(id));
    },
    removeWebhook: (id) => {
      webhooks.remove(webhook(id).id);
    },

    keys: () => keys.all().map(withoutToken),
    createKey: (fields) => structuredClone(keys.create(fields)),
    editKey: (id, patch) => {
      keys.edit(key(id), patch);
      return withoutToken(key(id));
    },
    revokeKey: (id) => {
      keys.revoke(key(id).id);
    },

    fault: (fault) => {
      faults.order(fault);
    },
    clearFaults: () => {
      faults.clear();
    },

    send: (eventName, data = {}) => deliveries.send(eventName, data),
    transactions: (webhookId) =>
      structuredClone(
        store.state.transactions.filter((each) => webhookId === undefined || each.webhookId === webhookId),
      ),

    deliveries: () => deliveries.count,

    received: () => structuredClone(store.state.received),
    expectSecret: (resourceId, secret) => {
      const { secrets } = store.state;
      secrets[resourceId] = [...new Set([...(secrets[resourceId] ?? []), secret])];
      store.changed();
    },
    forgetSecrets: (resourceId) => {
      const { secrets } = store.state;
      store.state.secrets = Object.fromEntries(Object.entries(secrets).filter(([id]) => id !== resourceId));
      store.changed();
    },

    airkitObjects: (kind) => structuredClone([...airkitObjects.all(kind)]),
    createAirkitObject: (kind, fields) => structuredClone(airkitObjects.create(kind, fields)),
    editAirkitObject: (kind, id, patch) =>
      structuredClone(airkitObjects.edit(kind, existing(airkitObjects.find(kind, id), `${kind} ${id}`), patch)),
    removeAirkitObject: (kind, id) => {
      airkitObjects.remove(kind, existing(airkitObjects.find(kind, id), `${kind} ${id}`).id);
    },

    peakRequestsPerWindow: () => rateLimit.peak,
  };
}

/** What was asked about is not there. */
export class NoSuchThing extends Error {}

function existing<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new NoSuchThing(`There is no ${what}.`);
  return value;
}
