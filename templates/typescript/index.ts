import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "pulumi-kustomer-relay";

const config = new pulumi.Config();

const relay = new KustomerRelay("support", {
  // The key with which Airkit calls Kustomer, made by an admin. Where keys are issued (kustomer:issuerUrl) there is none to set.
  kustomer: { apiKey: { token: config.getSecret("kustomerToken") } },
  airkit: {
    apiHostname: config.get("airkitHostname"),
    // The channels whose conversations the relay hands over. An object of Airkit's that exists already is named by its id
    // instead: account: { id }, resource: { id }, hub: { id }.
    hub: { channelResourceIds: config.getObject<string[]>("channels") ?? [] },
  },
});

// operatorSteps lists what is left to do by hand in Airkit's console.
export const { destinationUrl, signingSecret, kustomerApiKey, operatorSteps, status } = relay;
