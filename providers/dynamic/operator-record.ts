import * as pulumi from "@pulumi/pulumi";

/**
 * What an operator recorded as done, out of stack config: `airkit:applied` is a map from a resource's name to the revision, set
 * by the command that the operator driver prints. It is stack config also where an explicit provider has the other settings, so
 * that there is one place for it.
 */
export function operatorRecord(): Readonly<Record<string, unknown>> {
  return new pulumi.Config("airkit").getObject<Record<string, unknown>>("applied") ?? {};
}
