import { isSecretSetting } from "../lifecycle/settings";
import { PROVIDER_SHAPE, pythonName } from "../plugin-settings";
import { type Values, wrapSecret } from "./values";

/** A provider's arguments with its keys and tokens as secrets, also where a program gave them in clear: the state keeps them all. */
export function wrapSettings(args: Values): Values {
  return Object.fromEntries(Object.entries(args).map(([group, value]) => [group, wrapGroup(group, value)]));
}

/** Stack config brings a group as one JSON text, which is a secret as a whole. */
function wrapGroup(group: string, value: unknown): unknown {
  if (group !== "kustomer" && group !== "airkit") return value;
  const names = Object.keys(PROVIDER_SHAPE[group].shape);
  const isSecret = (key: string): boolean =>
    names.some((name) => isSecretSetting(`${group}:${name}`) && [name, pythonName(name)].includes(key));
  if (typeof value === "string") return wrapSecret(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [name, isSecret(name) ? wrapSecret(item) : item]),
  );
}
