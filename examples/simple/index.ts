import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "pulumi-kustomer-relay";

const config = new pulumi.Config();

const relay = new KustomerRelay("support", {
  kustomer: { apiKey: { token: config.requireSecret("kustomerToken") } },
  airkit: {
    apiHostname: config.require("airkitHostname"),
    account: { id: config.require("accountId") },
    resource: { id: config.require("resourceId") },
    hub: { id: config.require("hubId") },
  },
});

export const { destinationUrl, signingSecret, operatorSteps, status } = relay;
