import * as pulumi from "@pulumi/pulumi";
import type { REGIONAL_HOSTS } from "./kustomer/connection";
import { misnamedSettings } from "./misnamed-settings";
import { PROVIDER_NAME_KEY, type SettingKey, type Settings, settingsFrom } from "./lifecycle/settings";

/** Where one provider's resources live. Every value may be the output of another resource. */
export interface RelayProviderArgs {
  /** Which Kustomer organisation, by one of `org`, `baseUrl` and `region`; and the key that manages it. */
  kustomer: {
    /** The organisation's name, as in `https://<org>.api.kustomerapp.com`; finds the region by itself. */
    org?: pulumi.Input<string> | undefined;
    /** The API's address without `/v1`, for example of a region or a sandbox. Wins over `org`. */
    baseUrl?: pulumi.Input<string> | undefined;
    /** The region whose common host is asked, where neither of the others is given. */
    region?: pulumi.Input<keyof typeof REGIONAL_HOSTS> | undefined;
    /** A key with the role `org.permission.outbound_webhook`. Secret. Changing it touches no resource. */
    apiKey: pulumi.Input<string>;
    /** An endpoint of yours that issues API keys. */
    issuerUrl?: pulumi.Input<string> | undefined;
    /** Opens the issuer. Secret. */
    issuerToken?: pulumi.Input<string> | undefined;
    /** Seconds to wait for one answer of Kustomer. Default 30. */
    timeoutSeconds?: pulumi.Input<number> | undefined;
    /** How many outbound webhooks the organisation may have, those that apps installed included. Default 5. */
    webhookLimit?: pulumi.Input<number> | undefined;
  };
  /** How Airkit's objects are made. */
  airkit?:
    | {
        /** By a person (`operator`, the default), or over a `console` API. */
        driver?: pulumi.Input<"operator" | "console"> | undefined;
        /** Console driver: the address of the console API. */
        baseUrl?: pulumi.Input<string> | undefined;
        /** Console driver: opens the console API. Secret. */
        token?: pulumi.Input<string> | undefined;
      }
    | undefined;
}

/**
 * An explicit provider: for several Kustomer organisations in one stack, or a management key that another resource made.
 * Pass it as the option `provider`; a component's children inherit it. A resource without it uses the default provider: stack
 * config (`kustomer:apiKey`, …) and the environment. For one called `eu` the environment's are `KUSTOMER_API_KEY_EU`, ….
 *
 * @example
 * const eu = new RelayProvider("eu", { kustomer: { org: "acme-eu", apiKey: config.requireSecret("euKey") } });
 * new KustomerOutboundWebhook("relay", { url }, { provider: eu });
 */
export class RelayProvider extends pulumi.ProviderResource {
  /** What a lookup needs of this provider, while the program runs. */
  readonly settings: pulumi.Output<Settings>;
  /** The same for what is looked at before anything is made: what is an output counts as set, and as right. */
  readonly known: Settings;

  constructor(name: string, args: RelayProviderArgs, opts?: pulumi.ResourceOptions) {
    const misnamed = misnamedSettings({ ...args });
    if (misnamed.length > 0) throw new pulumi.RunError(`RelayProvider "${name}": ${misnamed.join("; ")}`);
    const values = {
      ...settingsOf("kustomer", args.kustomer),
      ...settingsOf("airkit", args.airkit ?? {}),
      [PROVIDER_NAME_KEY]: name,
    };
    super("pulumi-nodejs", name, values, opts);
    this.settings = pulumi
      .output(values)
      .apply((known: Record<string, string | undefined>) => settingsFrom((key) => known[key], process.env));
    const plain = { ...plainOf("kustomer", args.kustomer), ...plainOf("airkit", args.airkit ?? {}) };
    this.known = settingsFrom((key) => (key === PROVIDER_NAME_KEY ? name : plain[key]), process.env);
  }
}

/** In place of what is not known yet. With this driver nobody is asked to make anything first. */
const STAND_INS: Readonly<Record<string, string>> = {
  "kustomer:baseUrl": "https://not-known-yet.invalid",
  "kustomer:region": "us",
  "kustomer:issuerUrl": "https://not-known-yet.invalid",
  "kustomer:timeoutSeconds": "30",
  "kustomer:webhookLimit": "5",
  "airkit:driver": "console",
  "airkit:baseUrl": "https://not-known-yet.invalid",
};

function plainOf(
  namespace: string,
  given: Record<string, pulumi.Input<string | number> | undefined>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => {
      const name = `${namespace}:${key}`;
      if (value === undefined) return [];
      return [[name, typeof value === "object" ? (STAND_INS[name] ?? "not-known-yet") : String(value)]];
    }),
  );
}

const SECRETS: ReadonlySet<string> = new Set(["apiKey", "issuerToken", "token"]);

/** `{org: "acme"}` of "kustomer" is `{"kustomer:org": "acme"}`: the same keys as in stack config, always strings. */
function settingsOf(
  namespace: string,
  given: Record<string, pulumi.Input<string | number> | undefined>,
): Record<SettingKey, pulumi.Input<string>> {
  const present = Object.entries(given).filter(
    (entry): entry is [string, pulumi.Input<string | number>] => entry[1] !== undefined,
  );
  return Object.fromEntries(
    present.map(([key, value]) => {
      const text = pulumi.output(value).apply(String);
      return [`${namespace}:${key}`, SECRETS.has(key) ? pulumi.secret(text) : text];
    }),
  );
}
