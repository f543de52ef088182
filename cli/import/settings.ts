import { groupOf, nativeSettings } from "../../providers/plugin-settings";
import { PACKAGE } from "../../providers/types";
import { type SettingKey, type Settings, environmentName, settingsFrom } from "../../providers/lifecycle/settings";

/** The flags that stand for settings. Secrets have none: a command line can be read by everybody on the machine. */
export interface SettingFlags {
  readonly org?: string;
  readonly baseUrl?: string;
  readonly region?: string;
  readonly airkit?: string;
  readonly airkitBaseUrl?: string;
}

const KEYS: Readonly<Record<keyof SettingFlags, SettingKey>> = {
  org: "kustomer:org",
  baseUrl: "kustomer:baseUrl",
  region: "kustomer:region",
  airkit: "airkit:driver",
  airkitBaseUrl: "airkit:baseUrl",
};

/** All say where Kustomer is, so one of them takes the place of all that is set elsewhere. */
const PLACES: readonly (keyof SettingFlags)[] = ["org", "baseUrl", "region"];

/** Flags win over the environment, and that over stack config, in which other languages than Node's have settings nested. */
export function importSettings(
  flags: SettingFlags,
  environment: NodeJS.ProcessEnv,
  stackConfig: ReadonlyMap<string, string>,
  isNested = false,
): Settings {
  const given = (Object.keys(KEYS) as (keyof SettingFlags)[]).flatMap((flag) =>
    flags[flag] === undefined ? [] : [[KEYS[flag], flags[flag]] as const],
  );
  const places = PLACES.some((flag) => flags[flag] !== undefined) ? PLACES.map((flag) => KEYS[flag]) : [];
  const hidden = new Set(places.map((key) => environmentName(key)));
  const others = Object.fromEntries(Object.entries(environment).filter(([name]) => !hidden.has(name)));
  const env = { ...others, ...Object.fromEntries(given.map(([key, value]) => [environmentName(key), value])) };
  const hides = (key: string): boolean => places.some((place) => place === key);
  if (!isNested) return settingsFrom((key) => (hides(key) ? undefined : stackConfig.get(key)), env);
  const args = Object.fromEntries(
    (["kustomer", "airkit"] as const).map((group) => {
      const values = groupOf(stackConfig.get(`${PACKAGE}:${group}`)) ?? {};
      return [group, Object.fromEntries(Object.entries(values).filter(([name]) => !hides(`${group}:${name}`)))];
    }),
  );
  return nativeSettings({ args }, env);
}

/** The settings as environment variables, for the CLI that is started with them. */
export function asEnvironment(settings: Settings): Record<string, string> {
  const keys: readonly SettingKey[] = [
    ...Object.values(KEYS),
    "kustomer:apiKey",
    "kustomer:timeoutSeconds",
    "kustomer:issuerUrl",
    "kustomer:issuerToken",
    "airkit:token",
  ];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = settings.get(key);
      return value === undefined ? [] : [[environmentName(key), value] as const];
    }),
  );
}
