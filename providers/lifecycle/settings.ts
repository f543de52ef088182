/**
 * Where credentials and addresses come from: stack config for the default provider, its arguments for an explicit one,
 * and the environment, which wins. They are read lazily, so that a missing one is reported by the call that needs it.
 */
export interface Settings {
  get(key: SettingKey): string | undefined;
  /** What a person types to set it. */
  howToSet(key: SettingKey): string;
  /** A text with the settings called as here, where that is otherwise than in TypeScript. */
  readonly respell?: (text: string) => string;
}

/** A key as in stack config: `kustomer:apiKey`. */
export type SettingKey = `${"kustomer" | "airkit"}:${string}`;

/** Set by `RelayProvider`: the name of the explicit provider these settings belong to. */
export const PROVIDER_NAME_KEY = "kustomer-relay:provider";

const SECRET_KEYS: ReadonlySet<string> = new Set(["kustomer:apiKey", "kustomer:issuerToken", "airkit:token"]);

export function isSecretSetting(key: SettingKey): boolean {
  return SECRET_KEYS.has(key);
}

/** How an edge has its settings set. */
export interface Setting {
  /** The name of the explicit provider they belong to. */
  readonly provider: string | undefined;
  /** What a person types, but for the environment: `pass it to …`. */
  readonly howToSet: (key: SettingKey) => string;
}

export function settingsFrom(
  config: (key: string) => string | undefined,
  environment: NodeJS.ProcessEnv,
  { provider, howToSet }: Setting = inTypeScript(config(PROVIDER_NAME_KEY)),
): Settings {
  return {
    get: (key) => present(environment[environmentName(key, provider)]) ?? present(config(key)),
    howToSet: (key) => `${howToSet(key)} or set ${environmentName(key, provider)} in the environment`,
  };
}

function inTypeScript(provider: string | undefined): Setting {
  const howToSet = (key: SettingKey): string =>
    isSecretSetting(key) ? `run \`pulumi config set --secret ${key}\`` : `run \`pulumi config set ${key} <value>\``;
  return provider === undefined
    ? { provider, howToSet }
    : { provider, howToSet: () => `pass it to new RelayProvider("${provider}", …)` };
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
