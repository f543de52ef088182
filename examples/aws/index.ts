import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { KustomerRelay } from "pulumi-kustomer-relay";
import { RelayReceiver } from "pulumi-kustomer-relay/aws";

interface Team {
  name: string;
  accountId: string;
  resourceId: string;
  hubId: string;
}

const config = new pulumi.Config();
const environment = pulumi.getStack();
const isProd = environment === "prod";
const tags = { service: "kustomer-relay", environment };

// Whoever is called when events do not arrive.
const onCall = new aws.sns.Topic("on-call", { tags });
for (const [index, endpoint] of config.requireObject<string[]>("onCall").entries())
  new aws.sns.TopicSubscription(`on-call-${index}`, { topic: onCall.arn, protocol: "email", endpoint });

// One receiver for all teams.
const receiver = new RelayReceiver("receiver", {
  alarms: isProd ? { actions: [onCall.arn] } : false,
  dashboard: isProd,
  logRetentionDays: isProd ? 90 : 7,
  // A new account's limit of executions leaves no room to set any aside.
  intake: { reservedConcurrency: isProd ? 50 : "none" },
  tags,
  transform: {
    // Where customers' words wait is not deleted by accident.
    queue: (_, opts) => {
      opts.protect = isProd;
    },
  },
});

const relays = config.requireObject<Team[]>("teams").map(({ name, accountId, resourceId, hubId }) => ({
  name,
  relay: new KustomerRelay(name, {
    kustomer: {
      apiKey: { token: config.requireSecret("kustomerToken") },
      webhook: { name: `Airkit ${name} (${environment})` },
    },
    airkit: { account: { id: accountId }, resource: { id: resourceId }, hub: { id: hubId } },
    receiver: { kind: "aws", receiver, destination: { timeoutSeconds: 20 } },
  }),
}));

export const { url, dashboardUrl } = receiver;
/** What `npx kustomer-relay status --stack` goes by, of each team. */
export const receivers = Object.fromEntries(relays.map(({ name, relay }) => [name, relay.receiver]));
export const status = pulumi.all(relays.map(({ relay }) => relay.status));
export const operatorSteps = pulumi.all(relays.map(({ relay }) => relay.operatorSteps)).apply((steps) => steps.flat());
