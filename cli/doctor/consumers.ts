import type { Properties, StateResource } from "./state";

/** What verifies with a webhook's signing secret, and the property in which the state has the secret that it was given. */
const CONSUMERS: Readonly<Record<string, string>> = {
  "pulumi-nodejs:airkit:RoutingFlow": "webhookSecretKey",
  "kustomer-relay:index:AirkitRoutingFlow": "webhookSecretKey",
  "pulumi-nodejs:receiver:SigningSecretFile": "signingSecret",
  "kustomer-relay:index:SigningSecretFile": "signingSecret",
  "aws:secretsmanager/secretVersion:SecretVersion": "secretString",
};

/**
 * The consumers of a webhook's secret that were given another one than it has now, as after `pulumi up --target` of the
 * webhook alone. The engine recorded which property of which resource was made of the webhook.
 */
export function staleConsumers(resources: readonly StateResource[], webhookUrn: string, secret: string): string[] {
  return resources
    .filter(({ type, inputs, dependsOn, pendingDelete }) => {
      const property = CONSUMERS[type];
      return (
        property !== undefined &&
        !pendingDelete &&
        (dependsOn[property] ?? []).includes(webhookUrn) &&
        !holds(inputs, property, secret)
      );
    })
    .map(({ name }) => name);
}

/** A secret of AWS holds several in one text. */
function holds(inputs: Properties, property: string, secret: string): boolean {
  const value = inputs[property];
  return typeof value === "string" && value.includes(secret);
}
