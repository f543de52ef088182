import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "pulumi-kustomer-relay";

const config = new pulumi.Config();

// No `airkit`: any https URL receives the events, and verifies them with the signing secret.
const relay = new KustomerRelay("events", {
  destination: config.require("destination"),
  kustomer: {
    apiKey: { token: config.requireSecret("kustomerToken"), roles: ["org.permission.message"] },
    webhook: { events: ["kustomer.message.create", "kustomer.message.update"], headers: { "x-team": "support" } },
  },
});

export const { destinationUrl, webhookId, signingSecret, status } = relay;
