import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "pulumi-kustomer-relay";

const config = new pulumi.Config();

const relay = new KustomerRelay("support", {
  kustomer: { apiKey: { token: config.requireSecret("kustomerToken") } },
  airkit: {
    apiHostname: config.require("airkitHostname"),
    // `id` alone: somebody else's. It is used as it is, and outlives the stack.
    account: { id: config.require("accountId") },
    resource: { id: config.require("resourceId") },
    // `hubId` and what it is to be: taken over. From now on it is as declared here, and drift is shown.
    hub: {
      hubId: config.require("hubId"),
      name: "Support",
      channelResourceIds: [config.require("webChatId")],
      maxWeightPerAgent: 3,
    },
    routingFlow: { name: "Support to Kustomer" },
  },
});

export const { destinationUrl, signingSecret, operatorSteps, status } = relay;
