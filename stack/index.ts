/**
 * The ready-made stack: relays are declared in Pulumi.<stack>.yaml under `kustomer-relay:relays`, no code to write. Every
 * relay's outputs are a stack output of its name.
 */
import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "../components/kustomer-relay";
import type { KustomerRelayArgs } from "../components/relay/arguments";
import { type Planned, preflight } from "../components/relay/preflight";
import { operatorStepText } from "../providers/airkit/operator-words";
import { RelayError } from "../providers/lifecycle/errors";
import { stackSettings } from "../providers/stack-settings";
import { type RelayDeclaration, relaysOf } from "./relays";

function declared(): RelayDeclaration[] {
  try {
    return relaysOf(new pulumi.Config("kustomer-relay").getObject("relays"));
  } catch (error) {
    // Shown without a stack: it is the configuration that is wrong, not this program.
    throw error instanceof RelayError ? new pulumi.RunError(error.message) : error;
  }
}

/** Stack config in the component's words. It has passed the resources' own schemas, which is more than types can tell. */
function planned({ name, ...relay }: RelayDeclaration, index: number): Planned {
  const configPath = `kustomer-relay:relays[${index}]`;
  const shown = `pulumi stack output ${name} --show-secrets`;
  const { kustomer, airkit } = relay;
  const webhook = { ...kustomer?.webhook };
  const args = {
    ...relay,
    // Which of them are secrets is lost on the way from stack config, so all are.
    kustomer: {
      ...kustomer,
      webhook: webhook.headers === undefined ? webhook : { ...webhook, headers: pulumi.secret(webhook.headers) },
    },
    ...(airkit && {
      airkit: {
        ...airkit,
        ...(airkit.account?.id === undefined && {
          account: { secretCommand: keyCommand(configPath, `${shown} # its kustomerApiKey`), ...airkit.account },
        }),
        routingFlow: { secretCommand: `${shown} # its signingSecret`, ...airkit.routingFlow },
      },
    }),
    configPath,
  };
  return { name, args: args as KustomerRelayArgs, settings: stackSettings() };
}

/** The account is made before there is any stack output, so a key that is in stack config is shown from there. */
function keyCommand(configPath: string, fromOutputs: string): string {
  return stackSettings().get("kustomer:issuerUrl") === undefined
    ? `pulumi config get --path '${configPath}.kustomer.apiKey.token'`
    : fromOutputs;
}

function outputsOf({ name, args }: Planned): [string, unknown] {
  const relay = new KustomerRelay(name, args);
  const { status, destinationUrl, webhookUrl, webhookId, signingSecret, apiKeyId, kustomerApiKey } = relay;
  const { accountId, resourceId, hubId, routingFlowId, receiver } = relay;
  const operatorSteps = relay.operatorSteps.apply(
    (steps) => steps.map(operatorStepText).join("\n\n") || "nothing left to do",
  );
  const kustomer = { destinationUrl, webhookUrl, webhookId, signingSecret, apiKeyId, kustomerApiKey };
  return [name, { status, ...kustomer, accountId, resourceId, hubId, routingFlowId, receiver, operatorSteps }];
}

const relays = declared().map(planned);
// All relays at once, before the first is declared.
preflight(relays);
export = Object.fromEntries(relays.map(outputsOf));
