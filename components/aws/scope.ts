import * as pulumi from "@pulumi/pulumi";
import { type Child, type Transform, transformed } from "../relay/transform";
import type { ReceiverChild, RelayReceiverArgs } from "./arguments";
import type { ReceiverEdge } from "./edge";
import type { ReceiverSettings } from "./settings";

/** Its type, as the engine knows it. */
export const RECEIVER_TYPE = "kustomer-relay:aws:RelayReceiver";

/** What all parts of a receiver are made with. */
export interface Scope extends ReceiverEdge {
  readonly name: string;
  /** Tells this receiver from all others of the account: in metrics, in the names of its secrets, on the dashboard. */
  readonly identity: string;
  readonly args: RelayReceiverArgs;
  readonly settings: ReceiverSettings;
  /** Names and parents a child, and lets `transform` have its word. */
  child<Args extends object>(
    kind: ReceiverChild | undefined,
    what: string,
    given: Args,
    opts?: pulumi.CustomResourceOptions,
  ): Child<Args>;
}

/** What a relay's part of a receiver is made with. */
export type RelayScope = Pick<Scope, "name" | "identity" | "child" | "Route" | "aws">;

export function scopeOf(
  parent: pulumi.Resource,
  name: string,
  identity: string,
  args: RelayReceiverArgs,
  settings: ReceiverSettings,
  edge: ReceiverEdge,
): Scope {
  return {
    name,
    identity,
    args,
    settings,
    ...edge,
    child: <Args extends object>(
      kind: ReceiverChild | undefined,
      what: string,
      given: Args,
      opts?: pulumi.CustomResourceOptions,
    ) =>
      transformed(kind && (args.transform?.[kind] as Transform<Args> | undefined), `${name}-${what}`, given, {
        parent,
        ...opts,
      }),
  };
}

/** The same name in another stack is another receiver. In letters that a dashboard's name may have. */
export function identityOf(name: string): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}-${name}`.replaceAll(/[^\w-]/g, "-");
}

/** For resources that belong to a region. */
export function inRegion({ args: { region } }: Scope): { region?: pulumi.Input<string> } {
  return region === undefined ? {} : { region };
}

/** For resources that take tags. */
export function tagged({ args: { tags } }: Scope): { tags?: NonNullable<RelayReceiverArgs["tags"]> } {
  return tags === undefined ? {} : { tags };
}
