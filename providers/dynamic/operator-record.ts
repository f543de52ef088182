import * as pulumi from "@pulumi/pulumi";

/**
 * What an operator recorded as done for a resource, out of stack config: `airkit:applied` is a map from the resource's name to
 * the revision, set by the command that the operator driver prints. It is stack config also where an explicit provider
 * has the other settings, so that there is one place for it.
 */
export function operatorRecord(resourceName: string): { resourceName: string; appliedRevision?: string } {
  const applied = new pulumi.Config("airkit").getObject<Record<string, unknown>>("applied") ?? {};
  const revision = Object.hasOwn(applied, resourceName) ? applied[resourceName] : undefined;
  return { resourceName, ...(typeof revision === "string" ? { appliedRevision: revision } : {}) };
}
