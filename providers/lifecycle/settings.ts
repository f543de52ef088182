/**
 * Where credentials and addresses come from: stack config for the default provider, its arguments for an explicit one,
 * and the environment, which wins. They are read lazily, so that a missing one is reported by the call that needs it.
 */
export interface Settings {
  get(key: SettingKey): string | undefined;
  /** What a person types to set it. */
  howToSet(key: SettingKey): string;
}

/** A key as in stack config: `kustomer:apiKey`. */
export type SettingKey = `${"kustomer" | "airkit"}:${string}`;

/** Set by `RelayProvider`: the name of the explicit provider these settings belong to. */
export const PROVIDER_NAME_KEY = "kustomer-relay:provider";

const SECRET_KEYS: ReadonlySet<string> = new Set(["kustomer:apiKey", "kustomer:issuerToken", "airkit:token"]);

export function settingsFrom(config: (key: string) => string | undefined, environment: NodeJS.ProcessEnv): Settings {
  const provider = config(PROVIDER_NAME_KEY);
  return {
    get: (key) => present(environment[environmentName(key, provider)]) ?? present(config(key)),
    howToSet: (key) => {
      const variable = environmentName(key, provider);
      if (provider !== undefined)
        return `pass it to new RelayProvider("${provider}", …) or set ${variable} in the environment`;
      const command = SECRET_KEYS.has(key) ? `pulumi config set --secret ${key}` : `pulumi config set ${key} <value>`;
      return `run \`${command}\` or set ${variable} in the environment`;
    },
  };
}

/**
 * `kustomer:apiKey` is `KUSTOMER_API_KEY`, and for the explicit provider "eu" `KUSTOMER_API_KEY_EU`: one variable for all
 * providers would send every organisation of a stack to the same place.
 */
export function environmentName(key: SettingKey, provider?: string): string {
  const words = provider === undefined ? key : `${key}_${provider}`;
  return words
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

function present(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === "" ? undefined : trimmed;
}
