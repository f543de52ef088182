import * as z from "zod";
import { internalInput, output } from "../lifecycle/fields";
import {
  OtherOrganisationError,
  type Place,
  inWords,
  isElsewhere,
  organisationOfToken,
} from "../lifecycle/organisation";
import type { Run } from "../lifecycle/run";

/** Where a key at an address leads, as far as it tells without asking. */
export function placeOfKey(apiKey: string, baseUrl: string): Omit<Place, "organisation"> {
  const named = organisationOfToken(apiKey);
  return { keyOrganisation: named?.id ?? "", organisationName: named?.name ?? "", baseUrl };
}

/** What every object of Kustomer's keeps of its place: hidden inputs that follow from the settings. */
export const placeInputs = {
  /** The organisation that the management key names. */
  keyOrganisation: internalInput(z.string().default(""), {
    compare: "ignored",
    implied: ({ organisation }) => organisation,
  }),
  organisationName: internalInput(z.string().default(""), { compare: "ignored" }),
  baseUrl: internalInput(z.string().default(""), { compare: "ignored" }),
};

export const placeOutputs = {
  /** Kustomer's id of the organisation it belongs to; empty where nothing tells. */
  organisation: output(z.string(), { changesWith: "any" }),
  /** Name of the organisation it belongs to; empty where nothing tells. */
  organisationName: output(z.string(), { changesWith: "any" }),
  /** Address of Kustomer's API at which it was last seen. */
  baseUrl: output(z.string(), { changesWith: "any" }),
};

/** A mistake that `check` can tell: the settings lead elsewhere than when the object was last seen. */
export function organisationProblems(what: string, former: Partial<Place>, now: Partial<Place>): string[] {
  return isElsewhere(former, now) ? [`${what}: ${inWords(former, now)}`] : [];
}

/** Where other resources of the run belong, if the settings do not lead there. */
class Strayed {
  words: string | undefined;
}

/** `check` has seen what was declared before: the settings may lead elsewhere now. */
export function noteStraying(former: Partial<Place>, now: Partial<Place>, run: Run): void {
  if (isElsewhere(former, now)) run.of(Strayed).words ??= inWords(former, now);
}

/** Nothing new is made in an organisation to which the rest of the run does not belong. */
export function requireNoStraying(doing: string, run: Run): void {
  const { words } = run.of(Strayed);
  if (words !== undefined)
    throw new OtherOrganisationError({
      doing,
      what: `nothing was made, since another resource of this run belongs elsewhere: ${words}`,
    });
}
