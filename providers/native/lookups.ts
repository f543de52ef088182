import { lookupFunctions } from "../lookup-functions";
import type { Context } from "../lifecycle/operations";
import { ourWords } from "../lifecycle/our-words";
import { InvalidRequest } from "./invalid-request";
import { PACKAGE } from "../types";
import { type Values, unwrapSecrets, wrapSecrets } from "./values";

/** Asks for what exists; `failures` are mistakes in the arguments. */
export async function lookUp(
  token: string,
  given: Values,
  context: Context,
): Promise<{ readonly values: Values; readonly failures: readonly string[] }> {
  const lookup = lookupFunctions.find(({ name }) => `${PACKAGE}:index:${name}` === token);
  if (lookup === undefined) throw new InvalidRequest(`there is no function ${token}`);
  const args = unwrapSecrets(given);
  const checked = lookup.args.safeParse(args, { error: ourWords });
  if (!checked.success)
    return { values: {}, failures: checked.error.issues.map(({ path, message }) => [...path, message].join(": ")) };
  return { values: wrapSecrets({ ...(await lookup.ask(context, args)) }, {}, lookup.secrets), failures: [] };
}
