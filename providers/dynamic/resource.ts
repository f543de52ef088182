import * as pulumi from "@pulumi/pulumi";
import type { ArgsOf, ResultsOf } from "../lifecycle/fields";
import { identityOfChild, markOf } from "../lifecycle/identity";
import { inputsByName } from "../lifecycle/inputs-by-name";
import { type AnyLifecycle, type Declaration, propertiesOf, secretProperties } from "../lifecycle/lifecycle";
import { dynamicTypeOf, tokenOf } from "../types";
import { operatorRecord } from "./operator-record";
import { onlyUsersLine } from "./source-position";
import { trampoline } from "../trampoline";

/** A value, or a list or map of values, each of which may still be an output. */
export type Declared<T> = pulumi.Input<
  T extends (infer Item)[]
    ? pulumi.Input<Item>[]
    : T extends Record<string, unknown>
      ? { [K in keyof T]: pulumi.Input<T[K]> }
      : T
>;

/** What may be left out may be `undefined`, too, as a condition gives it: `cond ? {…} : undefined`. */
export type ResourceArgs<Args> = {
  [K in keyof Args]: Declared<Args[K]> | (Partial<Pick<Args, K>> extends Pick<Args, K> ? undefined : never);
};

export type ResourceOutputs<Outputs> = { readonly [K in keyof Outputs]: pulumi.Output<Outputs[K]> };

export type ResourceClass<Args, Outputs> = new (
  name: string,
  // Where nothing is required, nothing need be said.
  ...rest: Record<string, never> extends Args
    ? [args?: ResourceArgs<Args>, opts?: pulumi.CustomResourceOptions]
    : [args: ResourceArgs<Args>, opts?: pulumi.CustomResourceOptions]
) => pulumi.CustomResource & ResourceOutputs<Outputs>;

type ClassOf<Fields extends Pick<Declaration, "inputs" | "outputs">> = ResourceClass<
  ArgsOf<Fields["inputs"]>,
  ResultsOf<Fields["inputs"], Fields["outputs"]>
>;

/**
 * Makes a Pulumi resource class of a lifecycle. It is what `pulumi.dynamic.Resource` makes, but with a provider text of our
 * own in place of serialized code (see `trampoline`).
 */
export function resourceClass<Fields extends Pick<Declaration, "inputs" | "outputs">>(
  lifecycle: AnyLifecycle,
): ClassOf<Fields> {
  const text = trampoline(lifecycle.name);
  const secrets = secretProperties(lifecycle);
  // What is not passed at all, the SDK does not give back.
  const blank = Object.fromEntries(propertiesOf(lifecycle).map((name) => [name, undefined]));

  class DeclaredResource extends pulumi.CustomResource {
    constructor(name: string, args: Record<string, pulumi.Input<unknown>> = {}, opts?: pulumi.CustomResourceOptions) {
      refuseImport(lifecycle.name, name, opts?.import);
      const given = Object.fromEntries(
        Object.entries(args)
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => [key, secrets.includes(key) ? pulumi.secret(value) : value]),
      );
      const named = inputsByName(lifecycle, given, { name, mark: markFor(name, opts), recorded: operatorRecord() });
      const restoreStacks = onlyUsersLine();
      try {
        super(
          dynamicTypeOf(lifecycle),
          name,
          { ...blank, ...named, ...engineOptions(lifecycle, opts), __provider: text },
          pulumi.mergeOptions(opts, {
            additionalSecretOutputs: secrets,
            // A state that the plugin wrote goes on under this type.
            aliases: [{ type: tokenOf(lifecycle) }],
          }),
        );
      } finally {
        restoreStacks();
      }
    }
  }
  return DeclaredResource as unknown as ClassOf<Fields>;
}

/** The engine tells a provider nothing of a resource's options; where one matters, it goes along as an input. */
function engineOptions(
  { inputs }: AnyLifecycle,
  opts: pulumi.CustomResourceOptions | undefined,
): { deletesFirst?: boolean } {
  return Object.hasOwn(inputs, "deletesFirst") && opts?.deleteBeforeReplace === true ? { deletesFirst: true } : {};
}

/** The engine asks a dynamic provider for the object before any code of ours runs, and fails with words that help nobody. */
function refuseImport(resource: string, name: string, id: string | undefined): void {
  if (id === undefined) return;
  throw new pulumi.RunError(
    `import ${resource} "${name}": Pulumi cannot import this kind of resource by the option \`import\`. ` +
      `Take the option out, and run \`npx kustomer-relay import --pick ${id}\`: it makes the file for \`pulumi import\` and the code that matches`,
  );
}

/** The owner mark, out of what the program knows before the engine has made the resource's URN. */
function markFor(name: string, opts: pulumi.CustomResourceOptions | undefined): pulumi.Input<string> {
  const parent = opts?.parent;
  if (parent === undefined)
    return markOf({ project: pulumi.getProject(), stack: pulumi.getStack(), parentTypes: [], name });
  // A promise and not an output: an output would carry a dependency on the parent, which waits for all its children.
  return new Promise((resolve) =>
    parent.urn.apply((urn) => {
      resolve(markOf(identityOfChild(urn, name)));
    }),
  );
}
