import { Airkit } from "./airkit";
import { consoleBase } from "./airkit/console";
import { AirkitObjects } from "./airkit/objects";
import { Control } from "./control";
import { Faults } from "./faults";
import { Front } from "./front";
import { Issuer } from "./issuer";
import { administratorRoles, Keys } from "./keys";
import { Kustomer } from "./kustomer";
import { Deliveries } from "./kustomer/delivery";
import { RateLimit } from "./kustomer/rate-limit";
import { Listener } from "./listener";
import { methodsOf } from "./methods";
import { chooseProfile } from "./presets";
import { Store } from "./store";
import { Timers } from "./timers";
import type { RequestRecord, Sandbox, SandboxOptions } from "./types";
import { Webhooks } from "./webhooks";

/** Starts a loopback Kustomer, a loopback Airkit and a key issuer, all on one port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const timeScale = options.timeScale ?? 1;
  if (!(timeScale > 0)) throw new RangeError("timeScale must be above 0.");
  const profile = chooseProfile(options.profile);
  const store = new Store(options.stateFile);
  const timers = new Timers();
  const faults = new Faults();
  if (options.organisation !== undefined) store.state.org.name = options.organisation;
  const keys = new Keys(store, profile);
  const airkitObjects = new AirkitObjects(store);
  const webhooks = new Webhooks(store, profile, options.webhookLimit ?? 5);
  const rateLimit = new RateLimit(options.rateLimit ?? 1000, options.rateWindowMs ?? 60_000, profile);
  const managementKey = seedManagementKey(store, keys, options.managementKey);
  let url = "";
  const deliveries = new Deliveries(store, webhooks, timers, profile, {
    timeScale,
    timeoutMs: options.deliveryTimeoutMs ?? 5000,
    sandboxUrl: () => url,
  });
  const requests: RequestRecord[] = [];
  const methods = methodsOf({ store, webhooks, keys, faults, deliveries, rateLimit, requests, airkitObjects });
  const kustomer = new Kustomer({ store, webhooks, keys, profile }, rateLimit);
  const systems = {
    kustomer,
    airkit: new Airkit(store, airkitObjects, options.consoleNamesOrganisation ?? true),
    issuer: new Issuer(store, keys, options.issuerRepeats ?? true),
    control: new Control(methods),
  };
  const front = new Front({ ...systems, requests, store, keys, webhooks, faults, timers, profile, rateLimit });
  const listener = new Listener((incoming) => front.answer(incoming), headerSpelling(profile.responseHeaderCase));
  url = await listener.open(options.port ?? 0);
  deliveries.resume();
  return {
    ...methods,
    url,
    managementKey,
    organisation: { id: store.state.org.id, name: store.state.org.name },
    issuerUrl: `${url}/issuer/keys`,
    issuerToken: store.state.issuerToken,
    airkitConsoleUrl: `${url}${consoleBase}`,
    airkitToken: store.state.airkitToken,
    close: async () => {
      timers.close();
      await deliveries.close();
      await listener.close();
      store.flush();
    },
  };
}

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

function headerSpelling(style: "lower" | "title"): (name: string) => string {
  if (style === "lower") return (name) => name;
  return (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
