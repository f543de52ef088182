import { type AnyLifecycle, secretProperties } from "../lifecycle/lifecycle";
import { lifecycles } from "../lifecycles";
import { tokenOf } from "../types";

/** One resource of the package: its lifecycle, and which of its properties are secret. */
export interface ResourceType {
  readonly lifecycle: AnyLifecycle;
  readonly secrets: readonly string[];
}

const TYPES: ReadonlyMap<string, ResourceType> = new Map(
  lifecycles.map((lifecycle) => [tokenOf(lifecycle), { lifecycle, secrets: secretProperties(lifecycle) }]),
);

export function resourceType(token: string): ResourceType | undefined {
  return TYPES.get(token);
}

/** The type in a URN: `…::kustomer-relay:index:KustomerRelay$kustomer-relay:index:KustomerApiKey::name` */
export function typeIn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
