import * as pulumi from "@pulumi/pulumi";

/**
 * A component's inputs, with groups of arguments as groups. Some SDKs hand a group with something of another resource in it on as
 * one output, while the component has to know which arguments there are; and some send null for what is not given.
 */
export async function opened(inputs: pulumi.Inputs): Promise<pulumi.Inputs> {
  const entries = Object.entries(inputs).map(async ([name, value]: [string, unknown]) => [name, await open(value)]);
  return withoutNulls(Object.fromEntries(await Promise.all(entries)) as pulumi.Inputs) as pulumi.Inputs;
}

async function open(value: unknown): Promise<unknown> {
  if (!pulumi.Output.isInstance(value)) return value;
  const inside = await (value as unknown as { promise(withUnknowns: boolean): Promise<unknown> }).promise(true);
  if (!isGroup(inside)) return value;
  const isSecret = await pulumi.isSecret(value);
  const outputs = (item: unknown): unknown => {
    if (isGroup(item)) return mapped(item, outputs);
    if (item === null || pulumi.Resource.isInstance(item) || pulumi.Output.isInstance(item)) return item;
    if (isSecret) return pulumi.secret(item);
    return pulumi.containsUnknowns(item) ? pulumi.output(item) : item;
  };
  return outputs(inside);
}

function withoutNulls(value: unknown): unknown {
  if (!isGroup(value)) return value;
  return mapped(Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null)), withoutNulls);
}

type Group = Record<string, unknown>;

function mapped(group: Group, change: (value: unknown) => unknown): Group {
  return Object.fromEntries(Object.entries(group).map(([name, value]) => [name, change(value)]));
}

function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
