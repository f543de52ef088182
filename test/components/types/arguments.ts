/** What the types accept, and what they must not: compiled by arguments.test.ts, never run. */
import * as pulumi from "@pulumi/pulumi";
import { RelayReceiver } from "../../../aws";
import {
  KustomerOutboundWebhook,
  KustomerRelay,
  type OperatorStep,
  type ReceiverInfo,
  RelayProvider,
  type RelayStatus,
} from "../../../index";

const config = new pulumi.Config();
const UUID = "0b0e0000-0000-4000-8000-000000000001";
const hub = { id: UUID };
const destination = "https://bots.example.com/in";

// The ten lines.
const relay = new KustomerRelay("support", {
  kustomer: { apiKey: { token: config.requireSecret("kustomerToken") } },
  airkit: { account: { id: UUID }, resource: { id: UUID }, hub },
});
export const outputs: {
  url: pulumi.Output<string>;
  secret: pulumi.Output<string>;
  steps: pulumi.Output<OperatorStep[]>;
  status: pulumi.Output<RelayStatus>;
} = { url: relay.destinationUrl, secret: relay.signingSecret, steps: relay.operatorSteps, status: relay.status };

// Every value may still be an output, items of lists and maps included.
new KustomerRelay("support", {
  kustomer: {
    apiKey: { roles: [pulumi.output("org.permission")] },
    webhook: {
      events: ["kustomer.message.create"],
      headers: { authorization: config.requireSecret("gate") },
      enabled: true,
    },
  },
  airkit: {
    realm: "eu",
    apiHostname: pulumi.output("relay.ngrok.app"),
    account: { name: pulumi.output("Kustomer"), environment: "PROD", accountId: pulumi.output(UUID) },
    resource: { capabilities: ["MESSAGING_SEND_TEXT"] },
    hub: { channelResourceIds: [pulumi.output(UUID)], maxWeightPerAgent: 2 },
    routingFlow: { name: "Support", routingFlowId: UUID },
  },
  rotation: pulumi.output(1),
  transform: {
    apiKey: { name: pulumi.output("other") },
    webhook: (args, opts, name) => {
      args.name = `${name} (prod)`;
      opts.protect = true;
    },
  },
});

// No Airkit at all, and a receiver in between.
new KustomerRelay("support", { destination: pulumi.output("https://bots.example.com/in") });
new KustomerRelay("support", {
  destination: "https://bots.example.com/in",
  receiver: { kind: "url", url: pulumi.output("https://receiver.example.com") },
});

// A receiver on AWS, made for one relay or shared by several.
const receiver = new RelayReceiver("receiver", {
  region: pulumi.output("eu-central-1"),
  intake: { reservedConcurrency: "none", maxAgeMinutes: 90 },
  alarms: { actions: [pulumi.output("arn:aws:sns:eu-central-1:123456789012:on-call")] },
  vpc: { subnetIds: pulumi.output(["subnet-1"]), securityGroupIds: [pulumi.output("sg-1")] },
  tags: { team: pulumi.output("support") },
  transform: {
    intake: { memorySize: 512 },
    queue: (args, opts) => {
      args.messageRetentionSeconds = 1_209_600;
      opts.protect = true;
    },
    // @ts-expect-error a log group has no memory
    logGroup: { memorySize: 512 },
    // @ts-expect-error a retention is a number of days
    deadLetterQueue: { messageRetentionSeconds: ["a fortnight"] },
  },
});
new KustomerRelay("support", { destination, receiver: { kind: "aws", receiver, destination: { timeoutSeconds: 20 } } });
new KustomerRelay("support", { destination, receiver: { kind: "aws", region: "eu-central-1", alarms: false } });
export const told: pulumi.Output<ReceiverInfo> = relay.receiver;

// What a condition leaves out.
const isProd = pulumi.getStack() === "prod";
const isLoud = pulumi.getProject() === "loud";
new KustomerRelay("support", {
  kustomer: { apiKey: isProd ? { token: config.requireSecret("key") } : undefined, webhook: isProd ? {} : undefined },
  airkit: { hub, account: isProd ? { environment: "PROD" } : undefined, realm: isProd ? "eu" : undefined },
  receiver: isProd ? { kind: "self-hosted", publicUrl: destination, secretFile: undefined } : undefined,
  rotation: isProd ? 1 : undefined,
  transform: { webhook: isProd ? { name: "prod" } : undefined },
});
new KustomerRelay("support", {
  destination,
  receiver: {
    kind: "aws",
    alarms: isProd ? { actions: isLoud ? [] : undefined, oldestMinutes: isLoud ? 5 : undefined } : undefined,
    intake: isProd ? { memoryMiB: isLoud ? 512 : undefined, unsealedPaths: undefined } : undefined,
    delivery: isProd ? { timeoutSeconds: undefined } : undefined,
    destination: isProd ? { headers: undefined, timeoutSeconds: undefined } : undefined,
    vpc: undefined,
    front: undefined,
    // @ts-expect-error a table has no memory
    transform: { role: undefined, table: { memorySize: 512 } },
  },
});
new RelayReceiver("receiver", {
  region: isProd ? "eu-central-1" : undefined,
  kmsKeyArn: undefined,
  logRetentionDays: isProd ? 30 : undefined,
  logLevel: isProd ? undefined : "debug",
  dashboard: isProd ? true : undefined,
  queue: undefined,
  table: undefined,
  tags: isProd ? { team: "support" } : undefined,
  transform: isProd ? { intake: isLoud ? { memorySize: 512 } : undefined } : undefined,
});
new KustomerOutboundWebhook("relay", { url: destination, name: isProd ? "prod" : undefined });
new RelayProvider("eu", { kustomer: { org: isProd ? "acme" : undefined, apiKey: "a-key" }, airkit: undefined });

// A last word knows the arguments of its child.
new KustomerRelay("support", {
  destination,
  transform: {
    webhook: (args) => {
      const url: pulumi.Input<string> = args.url;
      args.headers = { "x-url": url };
      // @ts-expect-error a webhook has no hub
      args.hubId = UUID;
    },
  },
});

// @ts-expect-error an argument of another child
new KustomerRelay("support", { destination, transform: { webhook: { channelResourceIds: [UUID] } } });
// @ts-expect-error a relay says where its events go
new KustomerRelay("support", {});
// @ts-expect-error a relay says where its events go
new KustomerRelay("support", { kustomer: { apiKey: { token: "a-key" } } });
// @ts-expect-error a receiver that is shared is built elsewhere
new KustomerRelay("support", { destination, receiver: { kind: "aws", receiver, region: "eu-central-1" } });
// @ts-expect-error a shared receiver is a RelayReceiver
new KustomerRelay("support", { destination, receiver: { kind: "aws", receiver: { url: destination } } });
// @ts-expect-error there is no such kind of child
new RelayReceiver("receiver", { transform: { webhook: {} } });
// @ts-expect-error numbers are plain: all mistakes are found before anything is touched
new RelayReceiver("receiver", { delivery: { timeoutSeconds: pulumi.output(60) } });
// @ts-expect-error an Airkit half needs its hub
new KustomerRelay("support", { airkit: {} });
// @ts-expect-error a hub that is declared names its channel Resources
new KustomerRelay("support", { airkit: { hub: {} } });
// @ts-expect-error what is given by its id is left alone
new KustomerRelay("support", { airkit: { hub: { id: UUID, maxWeightPerAgent: 2, channelResourceIds: [UUID] } } });
// @ts-expect-error what is given by its id is left alone
new KustomerRelay("support", { airkit: { hub, account: { id: UUID, name: "Kustomer" } } });
// @ts-expect-error the webhook's url follows from the destination
new KustomerRelay("support", { kustomer: { webhook: { url: destination } }, destination });
// @ts-expect-error the relay has one counter for its webhook
new KustomerRelay("support", { kustomer: { webhook: { rotation: 1 } }, destination });
// Kustomer adds events without a new version: one that is not known here is asked for before anything is made.
new KustomerRelay("support", { kustomer: { webhook: { events: ["kustomer.note.create"] } }, destination });
// @ts-expect-error the account's API key is the relay's own
new KustomerRelay("support", { airkit: { hub, account: { apiKey: "a-key" } } });
// @ts-expect-error the routing flow's hub is the relay's
new KustomerRelay("support", { airkit: { hub, routingFlow: { hubId: UUID } } });
// @ts-expect-error there is no such realm
new KustomerRelay("support", { airkit: { hub, realm: "mars" } });
// @ts-expect-error there is no such receiver
new KustomerRelay("support", { airkit: { hub }, receiver: { kind: "none", url: "https://example.com" } });
// @ts-expect-error a counter is a number
new KustomerRelay("support", { airkit: { hub }, rotation: "1" });
// @ts-expect-error there is no such child
new KustomerRelay("support", { airkit: { hub }, transform: { receiver: {} } });
// @ts-expect-error a relay says where its events go
new KustomerRelay("support");
// @ts-expect-error outputs are read-only
relay.signingSecret = pulumi.output("another");
// @ts-expect-error a status has three values
export const status: pulumi.Output<"active" | "pending"> = relay.status;
