import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  AirkitAccount,
  AirkitConversationHub,
  AirkitResource,
  AirkitRoutingFlow,
  KustomerApiKey,
  KustomerOutboundWebhook,
  KustomerRelay,
  ReceiverRoute,
  SigningSecretFile,
} from "../../index";

/** What a person made before the program ran. The Airkit objects are named by it with the operator driver only. */
export interface Made {
  readonly token: string;
  readonly webChatId: string;
  readonly named?: Readonly<Record<"alone" | "support", Readonly<Record<"account" | "resource" | "hub", string>>>>;
}

/**
 * One of each resource, and a relay with all of its parts. A state that was once recorded belongs to this text: add to it, and
 * record states under another name, but change nothing that is here.
 */
export function program({ token, webChatId, named }: Made, directory: string): pulumi.automation.PulumiFn {
  return () => {
    const channelResourceIds = [webChatId];
    const adopted = new KustomerApiKey("adopted", { token, warnBeforeDays: 14 });
    new KustomerApiKey("issued", { name: "Issued", expiresInDays: 3650, revokeOnDelete: true });
    const webhook = new KustomerOutboundWebhook("alone", {
      name: "Alone",
      url: "https://example.com/hook",
      events: ["kustomer.tag.create", "kustomer.message.create"],
      headers: { "x-team": "support", "x-gate": pulumi.secret("a-recorded-header-value") },
      rotation: 2,
      watchSeconds: 0,
    });
    new SigningSecretFile("alone", { path: path.join(directory, "secrets"), signingSecret: webhook.signingSecret });
    const { path: receiverPath } = new ReceiverRoute("alone-route", { name: "alone" });
    const account = new AirkitAccount("alone-account", {
      name: "Alone",
      apiKey: adopted.token,
      ...(named && { accountId: named.alone.account }),
    });
    new AirkitResource("alone-resource", {
      name: "Alone",
      datasourceId: account.accountId,
      remoteId: "remote",
      ...(named && { resourceId: named.alone.resource }),
    });
    const hub = new AirkitConversationHub("alone-hub", {
      channelResourceIds,
      agentTimeoutSeconds: 600,
      ...(named && { hubId: named.alone.hub }),
    });
    new AirkitRoutingFlow("alone-routing-flow", {
      hubId: hub.hubId,
      webhookSecretKey: webhook.signingSecret,
      datasourceId: account.accountId,
    });
    const relay = new KustomerRelay("support", {
      kustomer: { apiKey: { token }, webhook: { watchSeconds: 0 } },
      airkit: {
        realm: "eu",
        account: named ? { accountId: named.support.account } : {},
        resource: named ? { resourceId: named.support.resource } : {},
        hub: { channelResourceIds, ...(named && { hubId: named.support.hub }) },
      },
    });
    const { destinationUrl, signingSecret, status, operatorSteps } = relay;
    return Promise.resolve({ destinationUrl, signingSecret, status, operatorSteps, receiverPath });
  };
}
