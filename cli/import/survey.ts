import type { AuthTokenData } from "../../providers/kustomer/answers";
import { connectToKustomer } from "../../providers/kustomer/connection";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { missingRoles } from "../../providers/kustomer/roles";
import { messageOf } from "../../providers/lifecycle/errors";
import type { Listed } from "../../providers/lifecycle/opt-ins";
import { remember } from "../../providers/lifecycle/secrets";
import type { Settings } from "../../providers/lifecycle/settings";
import { shortened } from "../words";
import { KINDS, type Kind, importables } from "./objects";

/** An object that may be imported. */
export interface Found extends Listed {
  readonly kind: Kind;
  /** What tells it from others of its kind. */
  readonly detail: string;
  /** What to know before choosing it; empty for nothing. */
  readonly remark: string;
  /** Whether it is imported where nobody chooses. */
  readonly usual: boolean;
}

export interface Survey {
  readonly found: readonly Found[];
  /** The tokens that were given, by the id of their key. */
  readonly tokens: ReadonlyMap<string, string>;
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
}

/** What there is, sorted, so that two runs show the same numbers. Changes nothing. */
export async function survey(settings: Settings, givenTokens: readonly string[]): Promise<Survey> {
  const client = connectToKustomer(settings);
  const given: { token: string; key: AuthTokenData }[] = [];
  for (const token of givenTokens) {
    remember(token);
    given.push({ token, key: await client.currentAuthToken(token) });
  }
  const tokens = new Map(given.map(({ token, key }) => [key.id, token]));
  const own = (await client.currentAuthToken(settings.get("kustomer:apiKey") ?? "")).id;
  const found: Found[] = [];
  const notes: string[] = [];
  for (const kind of KINDS) {
    const listed = await listedOf(
      kind,
      settings,
      given.map(({ key }) => key),
      notes,
    );
    found.push(
      ...listed
        // The key that manages all this is nobody's to hand over.
        .filter(({ id }) => id !== own)
        .map((object) => ({ ...object, kind, ...descriptions[kind](object, tokens) }))
        .sort(byName),
    );
  }
  return { found, tokens, notes };
}

async function listedOf(
  kind: Kind,
  settings: Settings,
  givenKeys: readonly AuthTokenData[],
  notes: string[],
): Promise<readonly Listed[]> {
  if (kind !== "api-key") return (await importables[kind].list(settings)) ?? [];
  try {
    return (await importables[kind].list(settings)) ?? [];
  } catch (error) {
    // The management key of a relay has no business with other keys; what is given is known all the same.
    notes.push(`API keys are not shown: ${messageOf(error)}`);
    return givenKeys.map(({ id, name, roles }) => ({ id, name, managed: false, properties: { roles } }));
  }
}

function byName(one: Found, other: Found): number {
  return [one.name, one.id].join("\n") < [other.name, other.id].join("\n") ? -1 : 1;
}

type Description = Pick<Found, "detail" | "remark" | "usual">;

const MANAGED = "managed by this package: of this stack, or of another one?";

const descriptions: Readonly<Record<Kind, (object: Listed, tokens: ReadonlyMap<string, string>) => Description>> = {
  webhook({ managed, properties: { url, enabled, isError, ofApp } }) {
    const remarks = [
      ...(managed ? [MANAGED] : []),
      ...(ofApp === true ? ["an app's: the app manages it"] : []),
      ...(enabled === false ? ["disabled"] : []),
      ...(isError === true ? ["failing"] : []),
    ];
    return { detail: withoutQuery(String(url)), remark: remarks.join("; "), usual: !managed && ofApp !== true };
  },

  "api-key"({ id, properties: { roles, lastTokenChars } }, tokens) {
    const has = Array.isArray(roles) ? roles.map(String) : [];
    const missing = missingRoles(RELAY_ROLES, has);
    const end = typeof lastTokenChars === "string" ? `…${lastTokenChars}, ` : "";
    return {
      detail: `${end}${missing.length === 0 ? "all roles of a relay" : `lacks ${missing.length} of a relay's ${RELAY_ROLES.length} roles`}`,
      remark: tokens.has(id)
        ? "its token is given"
        : "cannot be read back: declared, and adopted once you set its token",
      usual: tokens.has(id),
    };
  },

  account: airkitDescription,
  resource: airkitDescription,
  hub: airkitDescription,
  "routing-flow": airkitDescription,
};

function airkitDescription({ id, managed }: Listed): Description {
  return { detail: id, remark: managed ? MANAGED : "", usual: !managed };
}

/** No query: an endpoint may carry a key in it. */
function withoutQuery(url: string): string {
  return shortened(url.replace(/\?.*$/s, "?…"), LONGEST);
}

const LONGEST = 60;
