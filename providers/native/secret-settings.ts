import { isSecretSetting } from "../lifecycle/settings";
import { type Values, wrapSecret } from "./values";

/** A provider's arguments with its keys and tokens as secrets, also where a program gave them in clear: the state keeps them all. */
export function wrapSettings(args: Values): Values {
  return Object.fromEntries(Object.entries(args).map(([group, value]) => [group, wrapGroup(group, value)]));
}

/** Stack config brings a group as one JSON text, which is a secret as a whole. */
function wrapGroup(group: string, value: unknown): unknown {
  if (group !== "kustomer" && group !== "airkit") return value;
  const isSecret = (name: string): boolean => isSecretSetting(`${group}:${name}`);
  if (typeof value === "string") return wrapSecret(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [name, isSecret(name) ? wrapSecret(item) : item]),
  );
}
