/**
 * Property values as the engine sends them over gRPC. A secret comes wrapped in an object with a signature (the texts are part
 * of the engine's protocol), at any depth. The operations work on values in clear; what was secret is wrapped again on the way out.
 */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export type Values = Readonly<Record<string, unknown>>;

/** The value wrapped as a secret; an absent one, and one that is wrapped already, stay as they are. */
export function wrapSecret(value: unknown): unknown {
  return value === undefined || isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** The values with every secret in them unwrapped. */
export function unwrapSecrets(values: Values): Record<string, unknown> {
  return mapValues(values, unwrapped);
}

function unwrapped(value: unknown): unknown {
  if (isSecret(value)) return unwrapped(value.value);
  if (Array.isArray(value)) return value.map(unwrapped);
  return isMap(value) ? mapValues(value, unwrapped) : value;
}

/**
 * Wraps what is secret by declaration, and what was secret in `before`: a plugin that makes components has to see to it itself.
 */
export function wrapSecrets(values: Values, before: Values, declared: readonly string[]): Record<string, unknown> {
  return mapValues(values, (value, name) =>
    declared.includes(name) ? wrapSecret(value) : keepSecret(value, before[name]),
  );
}

/**
 * Entry by entry in a map, where one that is new is wrapped too: somebody may have copied a secret into it. A list is wrapped
 * as a whole: its items may have moved.
 */
function keepSecret(value: unknown, before: unknown): unknown {
  if (value === undefined || isSecret(value) || !hasSecret(before)) return value;
  if (isSecret(before) || !isMap(value) || !isMap(before)) return wrapSecret(value);
  return mapValues(value, (item, key) =>
    Object.hasOwn(before, key) ? keepSecret(item, before[key]) : wrapSecret(item),
  );
}

/** Whether there is a secret in it, at any depth. */
export function hasSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasSecret);
}

/** Where in them the secrets are: `headers.x-gate` */
export function secretPaths(values: Values): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (isSecret(value)) return [name];
    return isMap(value) ? secretPaths(value).map((path) => `${name}.${path}`) : [];
  });
}

function isSecret(value: unknown): value is { value: unknown } {
  return isMap(value) && value[SIGNATURE] === SECRET;
}

export function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value with each of its parts changed, from the outside in. */
export function mapDeep(value: unknown, change: (value: unknown) => unknown): unknown {
  const changed = change(value);
  if (Array.isArray(changed)) return changed.map((item) => mapDeep(item, change));
  return isMap(changed) ? mapValues(changed, (item) => mapDeep(item, change)) : changed;
}

function mapValues(values: Values, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, key)]));
}
