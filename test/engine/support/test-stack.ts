import type { ConfigMap } from "@pulumi/pulumi/automation";
import type { Sandbox } from "../../../sandbox";

export {
  InlineStack as TestStack,
  failureOf,
  type ResourceState,
  type Run,
  type Step,
} from "../../../lab/inline-stack";

/** What was asked of a sandbox, less the one question of each run: whether the key is let in. */
export function askedOf({ requests }: Sandbox): Sandbox["requests"] {
  return requests.filter(({ path }) => path !== "/v1/auth/tokens/current");
}

/** Stack config that points the default provider at a sandbox. */
export function sandboxConfig(sandbox: Sandbox): ConfigMap {
  return {
    "kustomer:baseUrl": { value: sandbox.url },
    "kustomer:apiKey": { value: sandbox.managementKey, secret: true },
  };
}

/** And at the console API of its Airkit. */
export function airkitConfig(sandbox: Sandbox): ConfigMap {
  return {
    "airkit:driver": { value: "console" },
    "airkit:baseUrl": { value: sandbox.airkitConsoleUrl },
    "airkit:token": { value: sandbox.airkitToken, secret: true },
  };
}
