import type { ConfigMap } from "@pulumi/pulumi/automation";
import type { Sandbox } from "../../../sandbox";

export {
  InlineStack as TestStack,
  failureOf,
  type ResourceState,
  type Run,
  type Step,
} from "../../../lab/inline-stack";

/** Stack config that points the default provider at a sandbox. */
export function sandboxConfig(sandbox: Sandbox): ConfigMap {
  return {
    "kustomer:baseUrl": { value: sandbox.url },
    "kustomer:apiKey": { value: sandbox.managementKey, secret: true },
  };
}
