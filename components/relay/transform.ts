import type * as pulumi from "@pulumi/pulumi";

/**
 * A last word on a child: arguments to merge into its own, or a function that changes arguments and options in place.
 *
 * @example { webhook: { name: "Airkit (prod)" } }
 * @example { webhook: (args, opts) => { opts.protect = true; } }
 */
export type Transform =
  | Readonly<Record<string, pulumi.Input<unknown>>>
  | ((args: Record<string, pulumi.Input<unknown>>, opts: pulumi.CustomResourceOptions, name: string) => void);

/** What a child is constructed with. */
export type Child<Args> = [name: string, args: Args, opts: pulumi.CustomResourceOptions];

export function transformed<Args extends object>(
  change: Transform | undefined,
  name: string,
  args: Args,
  opts: pulumi.CustomResourceOptions,
): Child<Args> {
  if (typeof change !== "function") return [name, { ...args, ...change }, opts];
  const own = { args: { ...args }, opts: { ...opts } };
  change(own.args as Args & Record<string, pulumi.Input<unknown>>, own.opts, name);
  return [name, own.args, own.opts];
}
