import { lookupFunctions } from "../lookup-functions";
import type { Context } from "../lifecycle/operations";
import { ourWords } from "../lifecycle/our-words";
import { InvalidRequest } from "./invalid-request";
import { PACKAGE } from "../types";
import { type Values, unwrapSecrets, wrapSecrets } from "./values";

/** Asks for what exists. A mistake in the arguments is an error: of a failure SDKs would print the property, too, and its value. */
export async function lookUp(token: string, given: Values, context: Context): Promise<Values> {
  const lookup = lookupFunctions.find(({ name }) => `${PACKAGE}:index:${name}` === token);
  if (lookup === undefined) throw new InvalidRequest(`there is no function ${token}`);
  const args = unwrapSecrets(given);
  const { error } = lookup.args.safeParse(args, { error: ourWords });
  if (error)
    throw new InvalidRequest(error.issues.map(({ path, message }) => [...path, message].join(": ")).join("\n"));
  return wrapSecrets({ ...(await lookup.ask(context, args)) }, {}, lookup.secrets);
}
