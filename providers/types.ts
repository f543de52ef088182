/** The package's name in programs, in types (`kustomer-relay:index:…`) and in stack config. */
export const PACKAGE = "kustomer-relay";

/** A resource's type in stacks of the plugin. */
export function tokenOf({ name }: { readonly name: string }): string {
  return `${PACKAGE}:index:${name}`;
}

/** A resource's type in stacks of TypeScript and JavaScript programs. The part before the first colon is Pulumi's. */
export function dynamicTypeOf({ type }: { readonly type: string }): string {
  return `pulumi-nodejs:${type}`;
}
