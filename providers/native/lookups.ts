import { lookupFunctions } from "../lookup-functions";
import type { Settings } from "../lifecycle/settings";
import { InvalidRequest } from "./errors";
import { PACKAGE } from "../types";
import { type Values, unwrapSecrets, wrapSecrets } from "./values";

/** Asks for what exists; `failures` are mistakes in the arguments. */
export async function lookUp(
  token: string,
  given: Values,
  settings: Settings,
): Promise<{ readonly values: Values; readonly failures: readonly string[] }> {
  const lookup = lookupFunctions.find(({ name }) => `${PACKAGE}:index:${name}` === token);
  if (lookup === undefined) throw new InvalidRequest(`there is no function ${token}`);
  const args = unwrapSecrets(given);
  const checked = lookup.args.safeParse(args);
  if (!checked.success) return { values: {}, failures: checked.error.issues.map(({ message }) => message) };
  return { values: wrapSecrets({ ...(await lookup.ask(settings, args)) }, {}, lookup.secrets), failures: [] };
}
