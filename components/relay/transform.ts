import type * as pulumi from "@pulumi/pulumi";

/**
 * A last word on a child: arguments to merge into its own, or a function that changes arguments and options in place.
 *
 * @example { webhook: { name: "Airkit (prod)" } }
 * @example { webhook: (args, opts) => { opts.protect = true; } }
 */
export type Transform<Args extends object = Record<string, pulumi.Input<unknown>>> =
  | { readonly [K in keyof Args]?: Args[K] | undefined }
  | ((args: Args, opts: pulumi.CustomResourceOptions, name: string) => void);

/** What a child is constructed with. */
export type Child<Args> = [name: string, args: Args, opts: pulumi.CustomResourceOptions];

export function transformed<Args extends object>(
  change: Transform<Args> | undefined,
  name: string,
  args: Args,
  opts: pulumi.CustomResourceOptions,
): Child<Args> {
  const own: Child<Args> = [name, { ...args }, { ...opts }];
  if (typeof change === "function") change(own[1], own[2], name);
  else Object.assign(own[1], change);
  return own;
}
