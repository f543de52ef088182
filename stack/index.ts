/**
 * The ready-made stack: relays are declared in Pulumi.<stack>.yaml under `kustomer-relay:relays`, no code to write. Every
 * relay's outputs are a stack output of its name.
 */
import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "../components/kustomer-relay";
import { RelayError } from "../providers/lifecycle/errors";
import { type RelayDeclaration, relaysOf } from "./relays";

function declared(): RelayDeclaration[] {
  try {
    return relaysOf(new pulumi.Config("kustomer-relay").getObject("relays"));
  } catch (error) {
    // Shown without a stack: it is the configuration that is wrong, not this program.
    throw error instanceof RelayError ? new pulumi.RunError(error.message) : error;
  }
}

function outputsOf({ name, ...args }: RelayDeclaration): [string, unknown] {
  const { destinationUrl, webhookUrl, webhookId, webhookSecret, apiKeyId } = new KustomerRelay(name, args);
  return [name, { destinationUrl, webhookUrl, webhookId, webhookSecret, apiKeyId }];
}

export = Object.fromEntries(declared().map(outputsOf));
