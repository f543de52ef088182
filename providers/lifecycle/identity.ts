import { createHash } from "node:crypto";

/** What tells a resource from all others of its organisation: what any edge can read in its URN. */
export interface Identity {
  readonly project: string;
  readonly stack: string;
  /** The types of its parents, outermost first, the stack left out. */
  readonly parentTypes: readonly string[];
  readonly name: string;
}

const STACK_TYPE = "pulumi:pulumi:Stack";

/** `urn:pulumi:<stack>::<project>::<type of parent>$<own type>::<name>` */
export function identityOf(urn: string): Identity {
  const [stack = "", project = "", qualifiedType = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  const parentTypes = qualifiedType.split("$").slice(0, -1);
  return { project, stack, parentTypes: parentTypes.filter((type) => type !== STACK_TYPE), name: name.join("::") };
}

/** What a child of `parent` is called, where the parent's URN is all that is known yet. */
export function identityOfChild(parent: string, name: string): Identity {
  const { project, stack, parentTypes } = identityOf(parent);
  const [, , qualifiedType = ""] = parent.split("::");
  const own = qualifiedType
    .split("$")
    .slice(-1)
    .filter((type) => type !== STACK_TYPE);
  return { project, stack, parentTypes: [...parentTypes, ...own], name };
}

/**
 * The owner mark of a resource: it names nobody, and is the same whichever edge computes it. A run that was killed finds again
 * by it what it made.
 */
export function markOf({ project, stack, parentTypes, name }: Identity): string {
  return createHash("sha256")
    .update(JSON.stringify([project, stack, parentTypes, name]))
    .digest("base64url")
    .slice(0, 16);
}
