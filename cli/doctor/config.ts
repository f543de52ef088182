import * as z from "zod";
import { PACKAGE } from "../../providers/types";
import { remember } from "../../providers/lifecycle/secrets";

/** Stack config as it is now, secrets opened: `kustomer:org` to its value. */
export type Config = Readonly<Record<string, string>>;

const printed = z.record(z.string(), z.object({ value: z.string().nullish(), secret: z.boolean().nullish() }));

/** What `pulumi config --show-secrets --json` prints. Every secret in it is remembered. */
export function readConfig(text: string): Config {
  const entries = Object.entries(printed.parse(JSON.parse(text)));
  for (const [, { value, secret }] of entries) if (secret) remember(value);
  return Object.fromEntries(entries.flatMap(([key, { value }]) => (typeof value === "string" ? [[key, value]] : [])));
}

/** The settings of the plugin's default provider, as it is given them: a JSON text for each group. */
export function pluginGroupsIn(config: Config): Readonly<Record<"kustomer" | "airkit", string | undefined>> {
  return { kustomer: config[`${PACKAGE}:kustomer`], airkit: config[`${PACKAGE}:airkit`] };
}
