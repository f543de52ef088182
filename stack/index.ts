/**
 * `pulumi-kustomer-relay/stack`: the ready-made stack. Relays are declared in Pulumi.<stack>.yaml under
 * `kustomer-relay:relays`; a program of one line deploys them, or reads them to do more.
 *
 * @example
 * export = declareRelays();
 * @example
 * for (const { name, args } of relaysInStackConfig()) new KustomerRelay(name, args, { protect: true });
 */
import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "../components/kustomer-relay";
import type { KustomerRelayArgs } from "../components/relay/arguments";
import { preflight } from "../components/relay/preflight";
import { operatorStepText } from "../providers/airkit/operator-words";
import { RelayError } from "../providers/lifecycle/errors";
import { stackSettings } from "../providers/stack-settings";
import { KEY, type RelayDeclaration, relaysOf } from "./relays";

export { type RelayDeclaration, relaysOf } from "./relays";

/** A relay as stack config declares it, in the component's words. */
export interface RelayInStackConfig {
  readonly name: string;
  readonly args: KustomerRelayArgs;
}

/** The relays that stack config declares. All mistakes at once, each with its path in the file. */
export function relaysInStackConfig(): RelayInStackConfig[] {
  try {
    return relaysOf(new pulumi.Config("kustomer-relay").getObject("relays")).map(inWordsOfComponent);
  } catch (error) {
    // Shown without a stack: it is the configuration that is wrong, not this program.
    throw error instanceof RelayError ? new pulumi.RunError(error.message) : error;
  }
}

/** Declares every relay of stack config; what each of them gives, by its name. */
export function declareRelays(): Record<string, unknown> {
  const relays = relaysInStackConfig();
  const settings = stackSettings();
  // All relays at once, before the first is declared.
  preflight(relays.map((relay) => ({ ...relay, settings })));
  return Object.fromEntries(relays.map(({ name, args }) => [name, outputsOf(new KustomerRelay(name, args))]));
}

/** It has passed the resources' own schemas, which is more than types can tell. */
function inWordsOfComponent({ name, ...relay }: RelayDeclaration, index: number): RelayInStackConfig {
  const configPath = `${KEY}[${index}]`;
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
  return { name, args: args as KustomerRelayArgs };
}

/** The account is made before there is any stack output, so a key that is in stack config is shown from there. */
function keyCommand(configPath: string, fromOutputs: string): string {
  return stackSettings().get("kustomer:issuerUrl") === undefined
    ? `pulumi config get --path '${configPath}.kustomer.apiKey.token'`
    : fromOutputs;
}

function outputsOf(relay: KustomerRelay): Record<string, unknown> {
  const { status, destinationUrl, webhookUrl, webhookId, signingSecret, apiKeyId, kustomerApiKey } = relay;
  const { accountId, resourceId, hubId, routingFlowId, receiver } = relay;
  const operatorSteps = relay.operatorSteps.apply(
    (steps) => steps.map(operatorStepText).join("\n\n") || "nothing left to do",
  );
  const kustomer = { destinationUrl, webhookUrl, webhookId, signingSecret, apiKeyId, kustomerApiKey };
  return { status, ...kustomer, accountId, resourceId, hubId, routingFlowId, receiver, operatorSteps };
}
