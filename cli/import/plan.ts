import { isDeepStrictEqual } from "node:util";
import { RelayError } from "../../providers/lifecycle/errors";
import type { ExistingState } from "../../providers/lifecycle/operations";
import type { Settings } from "../../providers/lifecycle/settings";
import { type Block, type Code, Secret } from "./code";
import { Names, identifier } from "./names";
import { type Kind, defaultsOf, importables } from "./objects";
import type { Found, Survey } from "./survey";

/** One resource that is to be in the state. */
export interface PlannedResource extends ExistingState {
  readonly kind: Kind;
  readonly name: string;
  /** The component it is a part of. */
  readonly parent?: string;
}

/** What the program declares. */
export interface PlannedDeclaration {
  readonly className: string;
  readonly identifier: string;
  readonly name: string;
  readonly args: Block;
}

export interface Plan {
  readonly resources: readonly PlannedResource[];
  readonly declarations: readonly PlannedDeclaration[];
  /** What was chosen and is not imported, or not as expected, and why. */
  readonly notes: readonly string[];
}

/** What a plan is made with. */
export interface PlanOptions {
  readonly settings: Settings;
  readonly survey: Survey;
  /** Names of headers, in lower case, whose values are no secrets. */
  readonly plainHeaders: ReadonlySet<string>;
  /** Relays that the stack declares already, and keys of its config: nothing of that is to be taken again. */
  readonly takenNames: readonly string[];
  readonly takenKeys: readonly string[];
}

/** A plan in the making: names that are taken, and what was found out so far. */
export class Draft {
  readonly resources: PlannedResource[] = [];
  readonly declarations: PlannedDeclaration[] = [];
  readonly notes: string[] = [];
  readonly names = new Names();
  private readonly configKeys = new Names();

  constructor(readonly options: PlanOptions) {
    for (const name of options.takenNames) this.names.unique(name);
    for (const key of options.takenKeys) this.configKeys.unique(key);
  }

  /** Plans an existing object as a resource; where that cannot be, a note says why. */
  async resource(
    { kind, id, name: called }: Pick<Found, "kind" | "id" | "name">,
    place: Pick<PlannedResource, "name" | "parent">,
    given: Record<string, unknown> = {},
  ): Promise<PlannedResource | undefined> {
    try {
      const state = await importables[kind].existing(this.options.settings, id, { resourceName: place.name, ...given });
      const planned = { kind, ...place, ...state };
      this.resources.push(planned);
      return planned;
    } catch (error) {
      if (!(error instanceof RelayError)) throw error;
      this.leaveOut(kind, called, id, error.what);
      return undefined;
    }
  }

  leaveOut(kind: Kind, name: string, id: string, why: string): void {
    this.notes.push(`${NOUNS[kind]} "${name}" (${id}) is left out: ${why}`);
  }

  /** The arguments that declare a resource: all that is not said by default. `said` has those that follow from elsewhere. */
  argumentsOf(
    { kind, name, inputs }: Pick<PlannedResource, "kind" | "name" | "inputs">,
    said: Readonly<Record<string, Code | undefined>> = {},
  ): Block {
    const { declaration } = importables[kind];
    const defaults: Readonly<Record<string, unknown>> = { ...defaultsOf(declaration), name };
    const entries = Object.entries(declaration.inputs).flatMap(([field, { internal, compare }]): [string, Code][] => {
      if (Object.hasOwn(said, field)) return said[field] === undefined ? [] : [[field, said[field]]];
      const value = inputs[field];
      if (internal || value === undefined || isDeepStrictEqual(value, defaults[field])) return [];
      // What a form or a list holds: texts, numbers, flags and lists of texts.
      if (field === "url" && typeof value === "string") return [[field, this.url(name, String(inputs.name), value)]];
      if (compare !== "case-insensitive map") return [[field, value as Code]];
      return [[field, this.headers(name, String(inputs.name), value as Record<string, string>)]];
    });
    return Object.fromEntries(entries);
  }

  secret(words: readonly string[], what: string, value: string | undefined, header?: string): Secret {
    return new Secret(this.configKeys.unique(identifier(...words)), what, value, header);
  }

  /** An endpoint may carry a key in its query. */
  url(name: string, called: string, url: string): Code {
    if (!hasQuery(url)) return url;
    return this.secret([name, "url"], `the URL of the webhook "${called}", whose query may hold a key`, url);
  }

  /** Whether a header's value is a secret is known to nobody but the person who set it. */
  private headers(name: string, called: string, values: Record<string, string>): Block {
    const entries = Object.entries(values).map(([header, value]): [string, Code] => [
      header,
      this.options.plainHeaders.has(header.toLowerCase())
        ? value
        : this.secret([name, header], `the value of the header ${header} of the webhook "${called}"`, value, header),
    ]);
    return Object.fromEntries(entries);
  }

  get plan(): Plan {
    const { resources, declarations, notes } = this;
    return { resources, declarations, notes };
  }
}

export function hasQuery(url: string): boolean {
  return url.includes("?");
}

export const NOUNS: Readonly<Record<Kind, string>> = {
  webhook: "outbound webhook",
  "api-key": "API key",
  account: "connected account",
  resource: "Resource",
  hub: "Conversation Hub",
  "routing-flow": "Routing Flow",
};
