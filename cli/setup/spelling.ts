import * as z from "zod";
import { recordPath } from "../../providers/airkit/operator-words";
import { groupOf } from "../../providers/plugin-settings";
import { PACKAGE, tokenOf } from "../../providers/types";
import { lifecycles } from "../../providers/lifecycles";
import { type Config, pluginGroupsIn } from "../doctor/config";
import type { State } from "../doctor/state";
import { isOfNode } from "../project-folder";

/** How stack config records what an operator has done: flat for TypeScript and JavaScript, nested for every other language. */
export interface Spelling {
  readonly isNested: boolean;
  /** What an operator recorded as done, by the name of the resource. */
  readonly recordedIn: (config: Config) => Readonly<Record<string, unknown>>;
  /** Where it is recorded that a resource is as it should be. */
  readonly recordPathOf: (resourceName: string) => string;
}

export const flat: Spelling = {
  isNested: false,
  recordedIn: (config) => mapIn(groupOf(config["airkit:applied"])),
  recordPathOf: recordPath,
};

export const nested: Spelling = {
  isNested: true,
  recordedIn: (config) => mapIn(groupOf(pluginGroupsIn(config).airkit)?.applied),
  recordPathOf: (resourceName) => `${PACKAGE}:${recordPath(resourceName).replace(":", ".")}`,
};

/** That of a stack's program, told by what it has made, or else by its project file. */
export function spellingOf({ resources }: State, folder: string): Spelling {
  const types = new Set(resources.map(({ type }) => type));
  if (lifecycles.some((lifecycle) => types.has(tokenOf(lifecycle)))) return nested;
  if ([...types].some((type) => /^pulumi-nodejs:(kustomer|airkit|receiver):/.test(type))) return flat;
  return isOfNode(folder) ? flat : nested;
}

function mapIn(value: unknown): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
}
