import { UNKNOWN } from "./lifecycle/unknown";
import { PROVIDER_SHAPE, groupOf } from "./plugin-settings";
import { PACKAGE } from "./types";

type Values = Readonly<Record<string, unknown>>;
type Group = keyof typeof PROVIDER_SHAPE;

const GROUPS = Object.keys(PROVIDER_SHAPE) as Group[];

/**
 * What a provider's arguments name that there is not: a slip, which would be passed over in silence. Names alone, no value: it
 * could be a secret. Other names beside the groups are the engine's.
 */
export function misnamedSettings(args: Values): string[] {
  return Object.entries(args).flatMap(([name, value]) =>
    isGroup(name) ? misnamedIn(name, value) : strayedFromItsGroup(name),
  );
}

function isGroup(name: string): name is Group {
  return Object.hasOwn(PROVIDER_SHAPE, name);
}

function misnamedIn(group: Group, value: unknown): string[] {
  if (value === UNKNOWN || value === undefined || value === null) return [];
  const given = groupOf(value);
  if (given === undefined)
    return [
      `${group}: is a map; in stack config each of its settings is set by its path, such as \`pulumi config set --path ${PACKAGE}:${group}.baseUrl <value>\``,
    ];
  const names = Object.keys(PROVIDER_SHAPE[group].shape);
  return Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => `${group}.${name}: no such setting; there are ${names.map((one) => `${group}.${one}`).join(", ")}`);
}

function strayedFromItsGroup(name: string): string[] {
  // What `pulumi config set` makes of a path where it is not told that it is one.
  if (/^(kustomer|airkit)\./.test(name))
    return [
      `${name}: was set without --path, as a name with a dot in it: \`pulumi config rm ${PACKAGE}:${name}\`, then \`pulumi config set --path ${PACKAGE}:${name}\` (with --secret for a key or a token)`,
    ];
  const homes = GROUPS.filter((group) => Object.hasOwn(PROVIDER_SHAPE[group].shape, name));
  return homes.length === 0
    ? []
    : [`${name}: no such setting; it is ${homes.map((group) => `${group}.${name}`).join(" or ")}`];
}
