import * as z from "zod";
import { knownFields, restoreImplied } from "../../providers/lifecycle/implied";
import { remember } from "../../providers/lifecycle/secrets";
import { lifecycles } from "../../providers/lifecycles";
import { dynamicTypeOf, tokenOf } from "../../providers/types";

/** A resource of an exported state, its secrets opened. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** The last part of the URN. */
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** `<URN of the provider>::<id>`; empty for components. */
  readonly provider: string;
  readonly parent: string;
  /** The URNs of what each property was made of. */
  readonly dependsOn: Readonly<Record<string, readonly string[]>>;
  /** Replaced or removed, but its deletion is still to be done. */
  readonly pendingDelete: boolean;
  /** Why it is not as declared, in the words of the run that failed. */
  readonly initErrors: readonly string[];
}

export type Properties = Readonly<Record<string, unknown>>;

export interface State {
  readonly resources: readonly StateResource[];
  /** What a run that was killed had begun: `creating <name>`. */
  readonly pendingOperations: readonly string[];
}

const properties = z.record(z.string(), z.unknown()).nullish();

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().nullish(),
  inputs: properties,
  outputs: properties,
  provider: z.string().nullish(),
  parent: z.string().nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullish()).nullish(),
  delete: z.boolean().nullish(),
  initErrors: z.array(z.string()).nullish(),
});

const exported = z.object({
  deployment: z.object({
    resources: z.array(resource).nullish(),
    pending_operations: z.array(z.object({ resource, type: z.string() })).nullish(),
  }),
});

/** What `pulumi stack export --show-secrets` prints. Every secret in it is remembered, so that no message carries one out. */
export function readState(text: string): State {
  const { deployment } = exported.parse(JSON.parse(text));
  return {
    resources: (deployment.resources ?? []).map((found) => ({
      urn: found.urn,
      type: found.type,
      name: nameOf(found.urn),
      id: found.id ?? "",
      ...whole(found.type, opened(found.inputs ?? {}) as Properties, opened(found.outputs ?? {}) as Properties),
      provider: found.provider ?? "",
      parent: found.parent ?? "",
      dependsOn: Object.fromEntries(
        Object.entries(found.propertyDependencies ?? {}).map(([property, urns]) => [property, urns ?? []]),
      ),
      pendingDelete: found.delete ?? false,
      initErrors: found.initErrors ?? [],
    })),
    pendingOperations: (deployment.pending_operations ?? []).map(
      ({ type, resource: { urn } }) => `${type} ${nameOf(urn)}`,
    ),
  };
}

/** With what goes without saying in the state of a resource of ours. */
function whole(type: string, inputs: Properties, outputs: Properties): Pick<StateResource, "inputs" | "outputs"> {
  const lifecycle = lifecycles.find((one) => type === dynamicTypeOf(one) || type === tokenOf(one));
  return lifecycle === undefined
    ? { inputs, outputs }
    : {
        inputs: restoreImplied(lifecycle.inputs, inputs),
        outputs: restoreImplied(knownFields(lifecycle), outputs),
      };
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** How the engine writes secrets (the two texts are part of its protocol); `plaintext` holds JSON. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  const { [SIGNATURE]: signature, plaintext, ...rest } = value as Record<string, unknown>;
  if (signature === SECRET && typeof plaintext === "string") {
    const secret: unknown = opened(JSON.parse(plaintext));
    rememberAll(secret);
    return secret;
  }
  if (signature === SECRET) return undefined;
  return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, opened(item)]));
}

function rememberAll(secret: unknown): void {
  if (typeof secret === "object" && secret !== null) Object.values(secret).forEach(rememberAll);
  else remember(secret);
}
