import * as pulumi from "@pulumi/pulumi";
import { type AnyLifecycle, propertiesOf, secretProperties } from "../lifecycle/lifecycle";
import { dynamicTypeOf, tokenOf } from "../types";

export type NativeClass = new (
  name: string,
  args?: Record<string, pulumi.Input<unknown>>,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** Of the provider that the children go to. One for a whole plugin: an engine starts one for each provider. */
let version: string | undefined;

export function setVersion(wanted: string | undefined): void {
  version = wanted;
}

/**
 * The children that a component declares inside this plugin: the same arguments and outputs as the dynamic classes, of the
 * plugin's own types. Name, mark and secrets are filled in by `check`.
 */
export function nativeClass(lifecycle: AnyLifecycle): NativeClass {
  const secrets = secretProperties(lifecycle);
  // What is not passed at all, the SDK does not give back.
  const blank = Object.fromEntries(propertiesOf(lifecycle).map((name) => [name, undefined]));
  class NativeResource extends pulumi.CustomResource {
    constructor(name: string, args: Record<string, pulumi.Input<unknown>> = {}, opts?: pulumi.CustomResourceOptions) {
      const given = Object.entries(args).filter(([, value]) => value !== undefined);
      super(
        tokenOf(lifecycle),
        name,
        { ...blank, ...Object.fromEntries(given) },
        pulumi.mergeOptions(opts, {
          ...(version !== undefined && { version }),
          additionalSecretOutputs: secrets,
          // A state that the dynamic providers wrote goes on under the new type.
          aliases: [{ type: dynamicTypeOf(lifecycle) }],
        }),
      );
    }
  }
  return NativeResource;
}
