import { sameValue } from "../../lifecycle/compare";
import { PartialFailure, RelayError, messageOf } from "../../lifecycle/errors";
import type { Offering } from "../../lifecycle/opt-ins";
import { remember } from "../../lifecycle/secrets";
import { KustomerError, isWrongRegion } from "../failure";
import { verifyAccess } from "../verify-access";
import { type KeyConnection, connectToKeys } from "./connection";
import { type ApiKeyInputs, type ApiKeyOutputs, type RetiredKey, apiKeyFields } from "./fields";
import { howToMakeAKey } from "./how-to-make-a-key";
import { issueKey, revokeOlder, unverified } from "./issued-key";
import { issuerSettingsProblems } from "./issuer";
import { describeKey, hasExpired, nearEnd, verifyKey, warnOfExpiry } from "./key-verification";
import {
  isPastOverlap,
  overdue,
  retiredBeside,
  retiredOf,
  revokeAfter,
  revokeKey,
  revokeWhatIsPast,
  warnOfRetiredKey,
} from "./retired-key";

/** The API key with which Airkit calls Kustomer. */
export const apiKey: Offering<
  ApiKeyInputs,
  ApiKeyOutputs,
  KeyConnection,
  "verifyAccess" | "problems" | "notices" | "isDue" | "declared" | "list" | "existing"
> = {
  name: "KustomerApiKey",
  type: "kustomer:ApiKey",
  ...apiKeyFields,

  connect: connectToKeys,

  verifyAccess: ({ kustomer }, run) => verifyAccess(kustomer, run),

  problems(inputs, settings, former) {
    if (inputs.token !== undefined)
      return former.token === inputs.token && former.rotation !== inputs.rotation ? [sameToken(inputs)] : [];
    if (settings.get("kustomer:issuerUrl") !== undefined) return issuerSettingsProblems(settings);
    return [howToMakeAKey(inputs, settings)];
  },

  notices: (known, { name, warnBeforeDays, overlapHours }) => [
    ...nearEnd({ name, warnBeforeDays, issued: known.issued }, { id: known.keyId, expiresAt: known.expiresAt }),
    ...overdue(name, known.retired, overlapHours),
  ],

  isDue(known, { overlapHours }) {
    const retired = retiredOf(known);
    return (
      retired.some((key) => isPastOverlap(key, overlapHours)) ||
      (retired.length > 0 && known.revokeAfter !== revokeAfter(retired, overlapHours))
    );
  },

  /** The token of an issued key is nobody's input. */
  declared({ token, issued, ...known }) {
    return issued ? known : { ...known, token };
  },

  async create(connection, inputs) {
    const outputs = await makeKey(connection, inputs, []);
    return { id: outputs.keyId, outputs };
  },

  async read({ kustomer }, _id, known) {
    remember(known.token, ...retiredOf(known).map(({ token }) => token));
    try {
      const current = await kustomer.currentAuthToken(known.token);
      if (hasExpired(current)) return undefined;
      warnOfExpiry(known, current);
      return describeKey(known, current);
    } catch (error) {
      // A key that was revoked, or has expired, is refused. The wrong region refuses too, but takes nothing away.
      if (error instanceof KustomerError && error.status === 401 && !isWrongRegion(error.said)) return undefined;
      throw error;
    }
  },

  /** Where another key is needed it is made, and the former one retired; those that are past their overlap are revoked. */
  async update(connection, id, known, inputs) {
    // Somebody may be coming back to a key that had been retired.
    const former = retiredOf(known).filter(({ token }) => token !== inputs.token);
    const retired = await revokeWhatIsPast(connection, former, inputs.overlapHours);
    return needsAnother(known, inputs)
      ? createSuccessor(connection, id, { ...known, retired }, inputs)
      : verifyKey(connection.kustomer, inputs, known.token, known.issued, retired);
  },

  async delete(connection, _id, known) {
    for (const key of retiredOf(known)) await revokeKey(connection, key);
    if (!isRevoked(known)) return;
    if (known.issued && connection.issuer !== undefined) await revokeOlder(connection.issuer, known);
    await revokeKey(connection, known);
  },

  async list({ kustomer }) {
    return (await kustomer.listApiKeys()).map(({ id, name, roles, lastTokenChars, expiresAt }) => ({
      id,
      name,
      managed: false,
      properties: { roles, lastTokenChars, expiresAt },
    }));
  },

  /** Kustomer shows a token only once, so it has to be given. */
  async existing({ kustomer }, id, given) {
    if (given.token === undefined) return undefined;
    const outputs = await verifyKey(kustomer, given, given.token, false);
    return outputs.keyId === id ? outputs : undefined;
  },
};

/** Adopts the key whose token is given, or has one issued. */
async function makeKey(
  { kustomer, issuer }: KeyConnection,
  inputs: ApiKeyInputs,
  retired: readonly RetiredKey[],
): Promise<ApiKeyOutputs> {
  if (inputs.token !== undefined) return verifyKey(kustomer, inputs, inputs.token, false, retired);
  if (issuer === undefined)
    throw new RelayError(`issue API key "${inputs.name}": no issuer is set (kustomer:issuerUrl) and no token is given`);
  const issued = await issueKey(issuer, inputs, retired);
  try {
    return await verifyKey(kustomer, inputs, issued.token, true, retired);
  } catch (error) {
    throw new PartialFailure(issued.id, unverified(inputs, issued, retired), [messageOf(error)]);
  }
}

/** The key that takes the place of a known one, which goes on working. */
async function createSuccessor(
  connection: KeyConnection,
  id: string,
  known: ApiKeyOutputs,
  inputs: ApiKeyInputs,
): Promise<ApiKeyOutputs> {
  const retired = retiredBeside(known, isRevoked({ ...known, revokeOnDelete: inputs.revokeOnDelete }));
  try {
    const successor = await makeKey(connection, inputs, retired);
    // Not before: a key that Kustomer refuses succeeds nobody.
    warnOfRetiredKey(known, retired, inputs);
    return successor;
  } catch (error) {
    // The resource keeps its id, whichever key it stands for.
    if (error instanceof PartialFailure) throw new PartialFailure(id, error.outputs, error.reasons);
    throw error;
  }
}

/** Nothing of a key can be edited. One that a person made is told by its token; what else is declared is only checked. */
function needsAnother(known: ApiKeyOutputs, inputs: ApiKeyInputs): boolean {
  if (inputs.token !== undefined) return inputs.token !== known.token;
  return (
    !known.issued ||
    inputs.rotation !== known.rotation ||
    inputs.expiresInDays !== known.expiresInDays ||
    !sameValue("set", inputs.roles, known.roles)
  );
}

function isRevoked({ revokeOnDelete, issued }: Pick<ApiKeyOutputs, "revokeOnDelete" | "issued">): boolean {
  return revokeOnDelete ?? issued;
}

function sameToken({ rotation }: ApiKeyInputs): string {
  return (
    `rotation: ${rotation} asks for another key, but \`token\` is still that of the present one: make a new key ` +
    "(Kustomer > Settings > Security > API Keys > Add API Key) and set its token, or put `rotation` back; a new token needs no counter"
  );
}
