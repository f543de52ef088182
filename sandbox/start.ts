import { Airkit } from "./airkit";
import { Faults } from "./faults";
import { Front } from "./front";
import { Issuer } from "./issuer";
import { administratorRoles, Keys, withoutToken } from "./keys";
import { Kustomer } from "./kustomer";
import { RateLimit } from "./kustomer/rate-limit";
import { Listener } from "./listener";
import { chooseProfile } from "./profile";
import { Store } from "./store";
import { Timers } from "./timers";
import type { Sandbox, SandboxOptions } from "./types";
import { Webhooks } from "./webhooks";

/** Starts a loopback Kustomer, a loopback Airkit and a key issuer, all on one port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const profile = chooseProfile(options.profile);
  const store = new Store(options.stateFile);
  const timers = new Timers();
  const faults = new Faults();
  const keys = new Keys(store);
  const webhooks = new Webhooks(store, profile, options.webhookLimit ?? 5);
  const rateLimit = new RateLimit(options.rateLimit ?? 1000, options.rateWindowMs ?? 60_000, profile);
  const kustomer = new Kustomer({ store, webhooks, keys, profile }, rateLimit);
  const airkit = new Airkit(store);
  const issuer = new Issuer(store, keys);
  const managementKey = seedManagementKey(store, keys, options.managementKey);

  const methods: Methods = {
    clearRequests: () => {
      front.requests.length = 0;
    },
    webhooks: () => structuredClone([...webhooks.all()]),
    createWebhook: (fields) => {
      if (fields.createdByApp !== true && webhooks.full()) throw new Error("The org has all the webhooks it may have.");
      return structuredClone(webhooks.create(fields));
    },
    editWebhook: (id, patch) => {
      const webhook = existing(webhooks.find(id), `webhook ${id}`);
      webhooks.edit(webhook, patch);
      return structuredClone(webhook);
    },
    removeWebhook: (id) => {
      webhooks.remove(existing(webhooks.find(id), `webhook ${id}`).id);
    },
    keys: () => keys.all().map(withoutToken),
    createKey: (fields) => structuredClone(keys.create(fields)),
    editKey: (id, patch) => {
      const key = existing(keys.find(id), `key ${id}`);
      keys.edit(key, patch);
      return withoutToken(key);
    },
    revokeKey: (id) => {
      keys.revoke(existing(keys.find(id), `key ${id}`).id);
    },
    fault: (fault) => {
      faults.order(fault);
    },
    clearFaults: () => {
      faults.clear();
    },
    send: () => Promise.reject(new Error("Not there yet.")),
    received: () => structuredClone(store.state.received),
    expectSecret: (resourceId, secret) => {
      const { secrets } = store.state;
      secrets[resourceId] = [...new Set([...(secrets[resourceId] ?? []), secret])];
      store.changed();
    },
    forgetSecrets: (resourceId) => {
      const { [resourceId]: forgotten, ...others } = store.state.secrets;
      if (forgotten === undefined) return;
      store.state.secrets = others;
      store.changed();
    },
    transactions: (webhookId) =>
      structuredClone(
        store.state.transactions.filter((each) => webhookId === undefined || each.webhookId === webhookId),
      ),
    peakRequestsPerWindow: () => rateLimit.peak,
  };
  const control = { handle: () => Promise.resolve({ status: 404 }) };
  const front = new Front({
    store,
    keys,
    webhooks,
    faults,
    timers,
    profile,
    rateLimit,
    kustomer,
    airkit,
    issuer,
    control,
  });
  const listener = new Listener((incoming) => front.answer(incoming), headerSpelling(profile.responseHeaderCase));
  const url = await listener.open(options.port ?? 0);
  return {
    ...methods,
    url,
    managementKey,
    issuerUrl: `${url}/issuer/keys`,
    issuerToken: store.state.issuerToken,
    requests: front.requests,
    close: async () => {
      timers.close();
      await listener.close();
      store.flush();
    },
  };
}

type Methods = Omit<Sandbox, "url" | "managementKey" | "issuerUrl" | "issuerToken" | "requests" | "close">;

/** The administrator's key: the given one, the one in the state file, or a new one. A revoked one stays revoked. */
function seedManagementKey(store: Store, keys: Keys, given: string | undefined): string {
  const { state } = store;
  const wanted = given ?? state.managementKey;
  if (wanted === "" || (wanted !== state.managementKey && keys.byToken(wanted) === undefined)) {
    const token = wanted === "" ? {} : { token: wanted };
    state.managementKey = keys.create({ name: "Management", roles: administratorRoles, ...token }).token;
  } else state.managementKey = wanted;
  store.changed();
  return state.managementKey;
}

function existing<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}.`);
  return value;
}

function headerSpelling(style: "lower" | "title"): (name: string) => string {
  if (style === "lower") return (name) => name;
  return (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
