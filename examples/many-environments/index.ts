import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "pulumi-kustomer-relay";

const config = new pulumi.Config();
const environment = config.require("environment");

/** Objects that were made by hand, by their UUIDs; where the console driver makes them, there are none. */
const { accountId, resourceId, hubId } = config.getObject<Record<string, string>>("made") ?? {};

const relay = new KustomerRelay(
  "support",
  {
    kustomer: {
      apiKey: { token: config.requireSecret("kustomerToken") },
      webhook: { name: `Airkit (${pulumi.getStack()})` },
    },
    airkit: {
      apiHostname: config.require("airkitHostname"),
      account: { environment, accountId },
      resource: { resourceId },
      hub: { channelResourceIds: [config.require("webChatId")], hubId },
    },
  },
  // What customers depend on is not deleted by accident.
  { protect: pulumi.getStack() === "prod" },
);

export const { destinationUrl, signingSecret, kustomerApiKey, operatorSteps, status } = relay;
