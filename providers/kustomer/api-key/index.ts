import { sameValue } from "../../lifecycle/compare";
import { PartialFailure, RelayError, messageOf } from "../../lifecycle/errors";
import type { Offering } from "../../lifecycle/opt-ins";
import { requireSameOrganisation } from "../../lifecycle/organisation";
import { remember } from "../../lifecycle/secrets";
import { placeFromSettings } from "../connection";
import { organisationProblems } from "../place";
import { verifyAccess } from "../verify-access";
import { type KeyConnection, connectToKeys } from "./connection";
import { type ApiKeyInputs, type ApiKeyOutputs, apiKeyFields } from "./fields";
import { howToMakeAKey } from "./how-to-make-a-key";
import { claimIssuedKey, isRenamed, issueKey, noteHeld, unverified } from "./issued-key";
import { issuerSettingsProblems } from "./issuer";
import { describeKey, hasExpired, nearEnd, verifyKey, warnOfExpiry } from "./key-verification";
import { isPastOverlap, revokeAfter } from "./overlap";
import { overdue, retiredBeside, retiredOf, revokeKey, revokeWhatIsPast, warnOfRetiredKey } from "./retired-key";
import { isRefusal, requireProofOfRevocation } from "./refused-key";

/** The API key with which Airkit calls Kustomer. */
export const apiKey: Offering<
  ApiKeyInputs,
  ApiKeyOutputs,
  KeyConnection,
  | "inputsFromSettings"
  | "noteFormer"
  | "verifyAccess"
  | "problems"
  | "notices"
  | "isDue"
  | "declared"
  | "list"
  | "existing"
> = {
  name: "KustomerApiKey",
  type: "kustomer:ApiKey",
  ...apiKeyFields,

  connect: connectToKeys,

  inputsFromSettings: placeFromSettings,

  noteFormer: noteHeld,

  verifyAccess: ({ kustomer }, run) => verifyAccess(kustomer, run),

  problems(inputs, settings, former) {
    const elsewhere = organisationProblems(`API key "${inputs.name}"`, former, inputs);
    if (elsewhere.length > 0) return elsewhere;
    if (inputs.token !== undefined)
      return former.token === inputs.token && former.rotation !== inputs.rotation ? [sameToken(inputs)] : [];
    if (settings.get("kustomer:issuerUrl") !== undefined) return issuerSettingsProblems(settings);
    return [howToMakeAKey(inputs, settings)];
  },

  notices: (known, { name, warnBeforeDays, overlapHours }) => [
    ...nearEnd({ name, warnBeforeDays, issued: known.issued }, { id: known.keyId, expiresAt: known.expiresAt }),
    ...overdue(name, known.retired, overlapHours),
  ],

  isDue(known, inputs) {
    const { overlapHours } = inputs;
    const retired = retiredOf(known);
    return (
      isRenamed(known, inputs) ||
      retired.some((key) => isPastOverlap(key, overlapHours)) ||
      (retired.length > 0 && known.revokeAfter !== revokeAfter(retired, overlapHours))
    );
  },

  /** The token of an issued key is nobody's input. */
  declared({ token, issued, ...known }) {
    return issued ? known : { ...known, token };
  },

  async create(connection, inputs) {
    const outputs = await makeKey(connection, inputs, undefined);
    return { id: outputs.keyId, outputs };
  },

  async read({ kustomer, run }, _id, known) {
    remember(known.token, ...retiredOf(known).map(({ token }) => token));
    const doing = `read API key "${known.name}" (${known.keyId})`;
    requireSameOrganisation(doing, known, kustomer.settingsPlace);
    try {
      const current = await kustomer.currentAuthToken(known.token);
      if (hasExpired(current)) return undefined;
      warnOfExpiry(known, current, run);
      return describeKey({ ...known, retired: retiredOf(known) }, current, kustomer.placeOf([current]));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await requireProofOfRevocation(kustomer, doing, known, error);
      return undefined;
    }
  },

  /** Where another key is needed it is made, and the former one retired; those that are past their overlap are revoked. */
  async update(connection, id, known, inputs) {
    requireSameOrganisation(
      `update API key "${inputs.name}" (${known.keyId})`,
      known,
      connection.kustomer.settingsPlace,
    );
    // Somebody may be coming back to a key that had been retired.
    const former = retiredOf(known).filter(({ token }) => token !== inputs.token);
    const retired = await revokeWhatIsPast(connection, former, inputs, known);
    const now = { ...known, retired, owner: await claimIssuedKey(connection.issuer, known, inputs) };
    return needsAnother(known, inputs)
      ? createSuccessor(connection, id, now, inputs)
      : verifyKey(connection, inputs, now);
  },

  async delete(connection, _id, known) {
    for (const key of retiredOf(known)) await revokeKey(connection, { ...known, ...key });
    if (isRevoked(known)) await revokeKey(connection, known);
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
  async existing(connection, id, given) {
    const { token } = given;
    if (token === undefined) return undefined;
    const outputs = await verifyKey(connection, given, { token, issued: false, owner: "", retired: [] });
    return outputs.keyId === id ? outputs : undefined;
  },
};

/** Adopts the key whose token is given, or has one issued. */
async function makeKey(
  connection: KeyConnection,
  inputs: ApiKeyInputs,
  predecessor: Pick<ApiKeyOutputs, "keyId" | "retired"> | undefined,
): Promise<ApiKeyOutputs> {
  const retired = predecessor?.retired ?? [];
  const { token } = inputs;
  if (token !== undefined) return verifyKey(connection, inputs, { token, issued: false, owner: "", retired });
  if (connection.issuer === undefined)
    throw new RelayError({
      doing: `issue API key "${inputs.name}"`,
      what: "no issuer is set (kustomer:issuerUrl) and no token is given",
      next: "set one of the two",
    });
  const issued = await issueKey(connection.issuer, inputs, predecessor, connection.run);
  try {
    return await verifyKey(connection, inputs, { ...issued, issued: true, retired });
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
    const successor = await makeKey(connection, inputs, { keyId: known.keyId, retired });
    // Not before: a key that Kustomer refuses succeeds nobody.
    warnOfRetiredKey(known, retired, inputs, connection.run);
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
