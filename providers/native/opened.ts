import * as pulumi from "@pulumi/pulumi";

/**
 * A component's inputs, with groups of arguments as groups. Some SDKs hand a group with something of another resource in it on as
 * one output, while the component has to know which arguments there are.
 */
export async function opened(inputs: pulumi.Inputs): Promise<pulumi.Inputs> {
  const entries = Object.entries(inputs).map(async ([name, value]: [string, unknown]) => [name, await open(value)]);
  return Object.fromEntries(await Promise.all(entries)) as pulumi.Inputs;
}

async function open(value: unknown): Promise<unknown> {
  if (!pulumi.Output.isInstance(value)) return value;
  const inside = await (value as unknown as { promise(withUnknowns: boolean): Promise<unknown> }).promise(true);
  if (!isGroup(inside)) return value;
  const isSecret = await pulumi.isSecret(value);
  const outputs = (item: unknown): unknown => {
    if (isGroup(item)) return Object.fromEntries(Object.entries(item).map(([name, inner]) => [name, outputs(inner)]));
    if (pulumi.Resource.isInstance(item) || pulumi.Output.isInstance(item)) return item;
    if (isSecret) return pulumi.secret(item);
    return pulumi.containsUnknowns(item) ? pulumi.output(item) : item;
  };
  return outputs(inside);
}

function isGroup(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
