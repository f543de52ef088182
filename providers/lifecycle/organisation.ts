import { type FailureParts, RelayError, sentence } from "./errors";

/**
 * Which organisation an object belongs to, and where it was last asked for. Empty: nothing told it.
 *
 * A credential may name its organisation, and so may the remote system's answers. No document says that both spell it alike,
 * so each is only compared with its own kind.
 */
export interface Place {
  /** As the remote system's answers name it. */
  readonly organisation: string;
  /** As the credential names it. */
  readonly keyOrganisation: string;
  /** For people. */
  readonly organisationName: string;
  readonly baseUrl: string;
}

/** What is done to which object: `read outbound webhook "relay" (5f…)`. */
type Doing = string;

/** The settings lead to another organisation than the state's: nothing may be done there, and nothing be concluded. */
export class OtherOrganisationError extends RelayError {
  override readonly name = "OtherOrganisationError";
}

/** It is not there, but nothing says that "there" is the right place. */
export class UnprovenAbsenceError extends RelayError {
  override readonly name = "UnprovenAbsenceError";
}

/** Throws where an object of one place would be looked for, or changed, in another. */
export function requireSameOrganisation(doing: Doing, known: Partial<Place>, here: Partial<Place>): void {
  if (isElsewhere(known, here)) throw new OtherOrganisationError({ doing, ...told(known, here) });
}

/** Whether two places are certainly not the same organisation. */
export function isElsewhere(known: Partial<Place>, here: Partial<Place>): boolean {
  return differs(known.organisation, here.organisation) || differs(known.keyOrganisation, here.keyOrganisation);
}

/** That the state's object belongs to another organisation than the one that the settings lead to. */
export function inWords(known: Partial<Place>, here: Partial<Place>): string {
  return sentence(told(known, here));
}

function told(known: Partial<Place>, here: Partial<Place>): Pick<FailureParts, "what" | "next"> {
  return {
    what: `it belongs to the organisation ${nameOf(known)}, but the settings lead to the organisation ${nameOf(here)}`,
    next: `nothing was changed: set the address and the key of ${nameOf(known, false)} again and run \`pulumi up\`, whose settings \`pulumi refresh\` and \`pulumi destroy\` take, or select the stack that belongs to ${nameOf(here, false)}`,
  };
}

/**
 * A successful list does not have the object. It is gone if that list is of the object's own organisation; otherwise this
 * throws, with what a person can do who knows that it is gone.
 */
export function requireProofOfAbsence(doing: Doing, known: Partial<Place>, here: Partial<Place>): void {
  requireSameOrganisation(doing, known, here);
  if (isTold(known.organisation, here.organisation) || isTold(known.keyOrganisation, here.keyOrganisation)) return;
  const last =
    isSet(known.baseUrl) && known.baseUrl !== here.baseUrl ? `, and it was last seen at ${known.baseUrl}` : "";
  throw new UnprovenAbsenceError({
    doing,
    what: `${here.baseUrl ?? "the address"} does not have it, but nothing tells whether that is its organisation${last}`,
    next: "nothing was changed: check the address and the key. If it is gone, say so with `pulumi state delete <its URN>` (`pulumi stack --show-urns` lists them), then run `pulumi up`",
  });
}

/** What is known of a place after it was asked: the newer word counts, and silence takes nothing away. */
export function mergedPlace(known: Partial<Place>, here: Partial<Place>): Place {
  return {
    organisation: firstTold(here.organisation, known.organisation),
    keyOrganisation: firstTold(here.keyOrganisation, known.keyOrganisation),
    organisationName: firstTold(here.organisationName, known.organisationName),
    baseUrl: firstTold(here.baseUrl, known.baseUrl),
  };
}

/** The organisation that a token names, where it is a JWT that does. It is read, not verified: the server does that. */
export function organisationOfToken(token: string): { readonly id: string; readonly name: string } | undefined {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    if (typeof claims !== "object" || claims === null) return undefined;
    const text = (name: string): string => {
      const value: unknown = (claims as Record<string, unknown>)[name];
      return typeof value === "string" ? value : "";
    };
    const id = firstTold(text("org"), text("orgId"));
    return id === "" ? undefined : { id, name: text("orgName") };
  } catch {
    return undefined;
  }
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

function firstTold(...texts: (string | undefined)[]): string {
  return texts.find(isSet) ?? "";
}

function differs(one: string | undefined, other: string | undefined): boolean {
  return isSet(one) && isSet(other) && one !== other;
}

function isTold(one: string | undefined, other: string | undefined): boolean {
  return isSet(one) && one === other;
}

function nameOf(
  { organisation, keyOrganisation, organisationName, baseUrl }: Partial<Place>,
  withAddress = true,
): string {
  const id = firstTold(organisation, keyOrganisation, "of an unknown id");
  const name = isSet(organisationName) ? `${organisationName} (${id})` : id;
  return withAddress && isSet(baseUrl) ? `${name} at ${baseUrl}` : name;
}
