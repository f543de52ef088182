import * as pulumi from "@pulumi/pulumi";
import type { AccountArgs } from "../providers/airkit/account";
import type { ConversationHubArgs } from "../providers/airkit/conversation-hub";
import type { AirkitRealm } from "../providers/airkit/destination-url";
import type { OperatorStep } from "../providers/airkit/driver";
import type { ResourceArgs as AirkitResourceSettings } from "../providers/airkit/resource";
import type { RoutingFlowArgs } from "../providers/airkit/routing-flow";
import type { ResourceArgs } from "../providers/dynamic/resource";
import type { ApiKeyArgs } from "../providers/kustomer/api-key";
import type { OutboundWebhookArgs } from "../providers/kustomer/outbound-webhook";
import {
  AirkitAccount,
  AirkitConversationHub,
  AirkitResource,
  AirkitRoutingFlow,
  KustomerApiKey,
  KustomerOutboundWebhook,
  SigningSecretFile,
} from "../providers/resources";
import { airkitUrl } from "./relay/destination";
import { preflight } from "./relay/preflight";
import { type ReceiverChoice, type ReceiverInfo, hostOnAws, infoOf, receiverUrl } from "./relay/receiver";
import { type RelayStatus, statusOf } from "./relay/status";
import { type Transform, transformed } from "./relay/transform";

/** An object that exists and is not managed here, by its UUID: read it in the address of its page in Airkit's console. */
export interface ExistingObject {
  id: pulumi.Input<string>;
}

/** An object that is declared and managed, `Followed` being what follows from the rest of the relay. */
export type DeclaredObject<Args, Followed extends keyof Args = never> = Omit<ResourceArgs<Args>, Followed> & {
  id?: never;
};

/** What a relay is made of. Everything but the API key and the ids of what exists has a default. */
export interface KustomerRelayArgs {
  kustomer?: {
    /**
     * The key with which Airkit calls Kustomer: the `token` of a key that an admin made, or, where the provider names an
     * issuer, nothing at all.
     *
     * @example { token: config.requireSecret("kustomerToken") }
     */
    apiKey?: Omit<ResourceArgs<ApiKeyArgs>, "rotation">;
    /** The outbound webhook, but for its `url`, which follows from the destination. */
    webhook?: Omit<ResourceArgs<OutboundWebhookArgs>, "url" | "rotation">;
  };
  /**
   * The Airkit half. An object is given by its id and left alone, or declared and managed. Left out altogether, there is
   * no Airkit half, and `destination` says where events go.
   *
   * @example { account: { id: "0b0e…" }, resource: { id: "5f2c…" }, hub: { id: "c1d9…" } }
   */
  airkit?: {
    /** Whose API host receives the events. Default: `api.airkit.com`, the host in the vendor's guide. */
    realm?: AirkitRealm;
    /** Another API host, for example of ngrok; wins over `realm`. */
    apiHostname?: pulumi.Input<string>;
    /** The connected account. Default: one is declared. */
    account?: ExistingObject | DeclaredObject<AccountArgs, "apiKey">;
    /** The Kustomer Resource. Default: one is declared. */
    resource?: ExistingObject | DeclaredObject<AirkitResourceSettings, "datasourceId">;
    /** The Conversation Hub; a declared one names the channel Resources on which conversations begin. */
    hub: ExistingObject | DeclaredObject<ConversationHubArgs>;
    /** The Routing Flow. */
    routingFlow?: Omit<ResourceArgs<RoutingFlowArgs>, "hubId" | "datasourceId" | "webhookSecretKey">;
  };
  /** Any https URL that receives the events, in place of Airkit's. */
  destination?: pulumi.Input<string>;
  /**
   * What stands between Kustomer and the destination, and loses no event. `url`: a receiver that runs elsewhere and forwards
   * to it. `self-hosted`: one you host yourself (`npx kustomer-relay receive`); its signing secrets are written to `secretFile`,
   * an absolute path on the machine that runs Pulumi, where one is given. `aws`: one that AWS runs, made for this relay, or
   * `receiver`, a `RelayReceiver` that several relays share; `destination` has the headers and the time-out of deliveries.
   *
   * @example { kind: "self-hosted", publicUrl: "https://relay.example.com/kustomer", secretFile: "/etc/kustomer-relay/secrets" }
   * @example { kind: "aws", region: "eu-central-1", alarms: { actions: [topic.arn] } }
   */
  receiver?: ReceiverChoice;
  /** A counter: raise it for a new webhook with a new signing secret. Default 0. */
  rotation?: pulumi.Input<number>;
  /**
   * A counter: raise it for a new API key, where keys are issued; an adopted one changes with its `token`. The former one
   * stays valid for `kustomer.apiKey.overlapHours`. Default 0.
   */
  apiKeyRotation?: pulumi.Input<number>;
  /** A last word on the arguments and options of each child: an object to merge, or a function that changes them. */
  transform?: {
    apiKey?: Transform;
    account?: Transform;
    resource?: Transform;
    webhook?: Transform;
    hub?: Transform;
    routingFlow?: Transform;
    secretFile?: Transform;
  };
  /** Where stack config declares this relay; messages then name the command that sets a value there. */
  configPath?: string;
}

/**
 * The vendor's guide as code: API key, account, Resource, webhook, hub and Routing Flow, in that order, once per environment.
 * Mistakes that show without asking anybody are reported together, before anything is touched.
 *
 * @example
 * const relay = new KustomerRelay("support", {
 *   kustomer: { apiKey: { token: config.requireSecret("kustomerToken") } },
 *   airkit: { account: { id: "0b0e…" }, resource: { id: "5f2c…" }, hub: { id: "c1d9…" } },
 * });
 * export const { destinationUrl, signingSecret, operatorSteps } = relay;
 */
export class KustomerRelay extends pulumi.ComponentResource {
  /** Where the events end up: Airkit's URL or `destination`. */
  readonly destinationUrl: pulumi.Output<string>;
  /** Where Kustomer sends them: the receiver's URL, or `destinationUrl` where there is none. */
  readonly webhookUrl: pulumi.Output<string>;
  readonly webhookId: pulumi.Output<string>;
  /** The signing secret. Secret. */
  readonly signingSecret: pulumi.Output<string>;
  readonly apiKeyId: pulumi.Output<string>;
  /** The key with which Airkit calls Kustomer. Secret. */
  readonly kustomerApiKey: pulumi.Output<string>;
  /** The ids of the Airkit objects; empty where there is no Airkit half, or nobody has said. */
  readonly accountId: pulumi.Output<string>;
  readonly resourceId: pulumi.Output<string>;
  readonly hubId: pulumi.Output<string>;
  readonly routingFlowId: pulumi.Output<string>;
  /** What a person has left to do in Airkit's console. Holds no secret, only the commands that show them. */
  readonly operatorSteps: pulumi.Output<OperatorStep[]>;
  /** Of the receiver, what its commands and dashboards go by. Holds no secret. */
  readonly receiver: pulumi.Output<ReceiverInfo>;
  /** `failing` when Kustomer does not deliver, `pending` when a person has something left to do, otherwise `active`. */
  readonly status: pulumi.Output<RelayStatus>;

  constructor(name: string, args: KustomerRelayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kustomer-relay:index:KustomerRelay", name, {}, opts);
    preflight([{ name, args, opts }]);
    const { airkit, transform } = args;
    const child = <Args extends object>(what: string, given: Args, change: Transform | undefined) =>
      transformed(change, `${name}-${what}`, given, { parent: this });

    const keyArgs = { ...args.kustomer?.apiKey, ...rotated(args.apiKeyRotation) };
    const apiKey = new KustomerApiKey(...child("api-key", keyArgs, transform?.apiKey));
    const account =
      airkit === undefined || isExisting(airkit.account)
        ? undefined
        : new AirkitAccount(...child("account", { ...airkit.account, apiKey: apiKey.token }, transform?.account));
    const accountId = account?.accountId ?? idOf(airkit?.account);
    const resource =
      airkit === undefined || isExisting(airkit.resource)
        ? undefined
        : new AirkitResource(
            ...child("resource", { ...airkit.resource, datasourceId: accountId }, transform?.resource),
          );
    const resourceId = resource?.resourceId ?? idOf(airkit?.resource);
    const destinationUrl =
      args.destination === undefined ? airkitUrl(airkit, resourceId) : pulumi.output(args.destination);
    const hosted = hostOnAws(name, args.receiver, { parent: this });
    const webhookUrl = pulumi.output(hosted?.relay.url ?? receiverUrl(args.receiver) ?? destinationUrl);
    const webhookArgs = child(
      "webhook",
      {
        ...args.kustomer?.webhook,
        ...rotated(args.rotation),
        url: webhookUrl,
      },
      transform?.webhook,
    );
    const webhook = new KustomerOutboundWebhook(...webhookArgs);
    if (args.receiver?.kind === "self-hosted" && args.receiver.secretFile !== undefined)
      new SigningSecretFile(
        ...child(
          "secret-file",
          { path: args.receiver.secretFile, signingSecret: webhook.signingSecret },
          transform?.secretFile,
        ),
      );
    if (args.receiver?.kind === "aws")
      hosted?.relay.connect({
        signingSecret: webhook.signingSecret,
        destination: { ...args.receiver.destination, url: destinationUrl },
      });
    const hub =
      airkit === undefined || isExisting(airkit.hub)
        ? undefined
        : new AirkitConversationHub(...child("hub", airkit.hub, transform?.hub));
    const hubId = hub?.hubId ?? idOf(airkit?.hub);
    const routingFlow =
      airkit === undefined
        ? undefined
        : new AirkitRoutingFlow(
            ...child(
              "routing-flow",
              { ...airkit.routingFlow, hubId, webhookSecretKey: webhook.signingSecret, datasourceId: accountId },
              transform?.routingFlow,
            ),
          );

    const managed = [account, resource, hub, routingFlow].filter((object) => object !== undefined);
    this.destinationUrl = destinationUrl;
    this.webhookUrl = webhookUrl;
    this.webhookId = webhook.webhookId;
    this.signingSecret = pulumi.secret(webhook.signingSecret);
    this.apiKeyId = apiKey.keyId;
    this.kustomerApiKey = pulumi.secret(apiKey.token);
    this.accountId = accountId;
    this.resourceId = resourceId;
    this.hubId = hubId;
    this.routingFlowId = routingFlow?.routingFlowId ?? pulumi.output("");
    this.operatorSteps = pulumi.all(managed.map(({ steps }) => steps)).apply((steps) => steps.flat());
    this.receiver = infoOf(args.receiver, hosted, webhookUrl);
    this.status = pulumi
      .all([webhook.enabled, webhook.isError, this.operatorSteps, webhookArgs[1].enabled])
      .apply(statusOf);
    this.registerOutputs({
      destinationUrl,
      webhookUrl,
      webhookId: this.webhookId,
      signingSecret: this.signingSecret,
      apiKeyId: this.apiKeyId,
      kustomerApiKey: this.kustomerApiKey,
      accountId,
      resourceId,
      hubId,
      routingFlowId: this.routingFlowId,
      operatorSteps: this.operatorSteps,
      receiver: this.receiver,
      status: this.status,
    });
  }
}

function rotated(rotation: pulumi.Input<number> | undefined): { rotation?: pulumi.Input<number> } {
  return rotation === undefined ? {} : { rotation };
}

function isExisting(given: { id?: pulumi.Input<string> } | undefined): given is ExistingObject {
  return given?.id !== undefined;
}

function idOf(given: { id?: pulumi.Input<string> } | undefined): pulumi.Output<string> {
  return pulumi.output(given?.id ?? "");
}
