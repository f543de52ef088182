import * as pulumi from "@pulumi/pulumi";
import type { OperatorStep } from "../providers/airkit/operator-step";
import { objectId } from "../providers/airkit/object-id";
import type {
  AirkitAccountArgs,
  AirkitConversationHubArgs,
  AirkitResourceArgs,
  AirkitRoutingFlowArgs,
  KustomerApiKeyArgs,
  KustomerOutboundWebhookArgs,
  ReceiverControlsFileArgs,
  SigningSecretFileArgs,
} from "../providers/resources";
import type { ExistingObject, KustomerRelayArgs } from "./relay/arguments";
import { airkitUrl } from "./relay/destination";
import { dynamicEdge } from "./relay/dynamic-edge";
import type { RelayEdge } from "./relay/edge";
import { warnOfOverrides } from "./relay/override-warning";
import { preflight } from "./relay/preflight";
import { type ReceiverInfo, controlsOf, hostOnAws, infoOf, receiverUrl } from "./relay/receiver";
import { warnOfRefusedEvents } from "./relay/rotation-warning";
import { type RelayStatus, statusOf } from "./relay/status";
import { type Transform, transformed } from "./relay/transform";

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
  declare readonly destinationUrl: pulumi.Output<string>;
  /** Where Kustomer sends them: the receiver's URL, or `destinationUrl` where there is none. */
  declare readonly webhookUrl: pulumi.Output<string>;
  /** Kustomer's id of the outbound webhook. */
  declare readonly webhookId: pulumi.Output<string>;
  /** The key of the HMAC over every event. Secret. */
  declare readonly signingSecret: pulumi.Output<string>;
  /** Kustomer's id of the API key. */
  declare readonly apiKeyId: pulumi.Output<string>;
  /** The key with which Airkit calls Kustomer. Secret. */
  declare readonly kustomerApiKey: pulumi.Output<string>;
  /** The id of the connected account; empty where there is no Airkit half. */
  declare readonly accountId: pulumi.Output<string>;
  /** The id of the Kustomer Resource; empty where there is no Airkit half. */
  declare readonly resourceId: pulumi.Output<string>;
  /** The id of the Conversation Hub; empty where there is no Airkit half. */
  declare readonly hubId: pulumi.Output<string>;
  /** The id of the Routing Flow; empty where there is no Airkit half, or nobody has said it. */
  declare readonly routingFlowId: pulumi.Output<string>;
  /** What a person has left to do in Airkit's console. Holds no secret, only the commands that show them. */
  declare readonly operatorSteps: pulumi.Output<OperatorStep[]>;
  /** What the receiver's commands and dashboards go by. Holds no secret. */
  declare readonly receiver: pulumi.Output<ReceiverInfo>;
  /** `failing` when Kustomer does not deliver, `pending` when a person has something left to do, otherwise `active`. */
  declare readonly status: pulumi.Output<RelayStatus>;

  /** @param edge Of no use to a program: what another language's edge brings along. */
  constructor(
    name: string,
    args: KustomerRelayArgs,
    opts?: pulumi.ComponentResourceOptions,
    edge: RelayEdge = dynamicEdge,
  ) {
    super("kustomer-relay:index:KustomerRelay", name, {}, opts);
    const settings = edge.settingsOf(this);
    preflight([{ name, args, settings }], edge);
    const { airkit, receiver, transform } = args;
    const { classes } = edge;
    const inside = { parent: this };
    const child = <Args extends object>(what: string, given: Args, change: Transform<Args> | undefined) =>
      transformed(change, `${name}-${what}`, given, inside);

    const apiKey = declareApiKey();
    const account = declareAccount();
    const accountId = account?.accountId ?? idOf(airkit?.account);
    const resource = declareResource();
    const resourceId = resource?.resourceId ?? idOf(airkit?.resource);
    const destinationUrl =
      args.destination === undefined ? airkitUrl(airkit, resourceId) : pulumi.output(args.destination);
    const hosted = hostOnAws(name, receiver, edge.newReceiver, inside);
    const webhookUrl = pulumi.output(hosted?.relay.url ?? receiverUrl(receiver) ?? destinationUrl);
    const secretFile = planSecretFile();
    const { webhook, isEnabled } = declareWebhook();
    handOverSecret();
    declareControls();
    const hub = declareHub();
    const hubId = hub?.hubId ?? idOf(airkit?.hub);
    const routingFlow = declareRoutingFlow();
    warnOfRefusedEvents(this, name, args, settings, { webhook: webhook.id, routingFlow: routingFlow?.id });
    const operatorSteps = stepsOf([account, resource, hub, routingFlow]);

    const outputs: Outputs = {
      destinationUrl,
      webhookUrl,
      webhookId: webhook.webhookId,
      signingSecret: pulumi.secret(webhook.signingSecret),
      apiKeyId: apiKey.keyId,
      kustomerApiKey: pulumi.secret(apiKey.token),
      accountId,
      resourceId,
      hubId,
      routingFlowId: routingFlow?.routingFlowId ?? pulumi.output(""),
      operatorSteps,
      receiver: infoOf(name, receiver, hosted, webhookUrl),
      status: pulumi.all([webhook.enabled, webhook.isError, operatorSteps, isEnabled]).apply(statusOf),
    };
    Object.assign(this, outputs);
    this.registerOutputs(outputs);

    function declareApiKey() {
      const given: KustomerApiKeyArgs = { ...args.kustomer?.apiKey, rotation: args.apiKeyRotation };
      return new classes.ApiKey(...child("api-key", given, transform?.apiKey));
    }

    function declareAccount() {
      if (airkit === undefined || isExisting(airkit.account)) return undefined;
      const given: AirkitAccountArgs = { ...airkit.account, apiKey: apiKey.token };
      return new classes.Account(...child("account", given, transform?.account));
    }

    function declareResource() {
      if (airkit === undefined || isExisting(airkit.resource)) return undefined;
      const given: AirkitResourceArgs = { ...airkit.resource, datasourceId: accountId };
      return new classes.Resource(...child("resource", given, transform?.resource));
    }

    /** Its secret is known once the webhook is made, which has to know the file before. */
    function planSecretFile() {
      if (receiver?.kind !== "self-hosted" || receiver.secretFile === undefined) return undefined;
      const signingSecret = Promise.withResolvers<pulumi.Output<string>>();
      const given: SigningSecretFileArgs = {
        path: receiver.secretFile,
        signingSecret: pulumi.output(signingSecret.promise),
      };
      return { resolve: signingSecret.resolve, declared: child("secret-file", given, transform?.secretFile) };
    }

    function declareWebhook() {
      const given: KustomerOutboundWebhookArgs & { secretFile?: SecretPlace } = {
        ...args.kustomer?.webhook,
        rotation: args.rotation,
        url: webhookUrl,
        ...(secretFile !== undefined && { secretFile: placeOf(secretFile.declared[1]) }),
      };
      const declared = child("webhook", given, transform?.webhook);
      return { webhook: new classes.Webhook(...declared), isEnabled: declared[1].enabled };
    }

    /** The receiver verifies every event with it. */
    function handOverSecret() {
      const { signingSecret } = webhook;
      if (receiver?.kind === "aws")
        hosted?.relay.connect({
          signingSecret,
          destination: { ...receiver.destination, url: destinationUrl },
          ...controlsOf(receiver),
        });
      if (secretFile !== undefined) {
        secretFile.resolve(signingSecret);
        new classes.SecretFile(...secretFile.declared);
      }
    }

    /** Where the receiver is self-hosted, it reads them from a file; AWS gets them with the secret. */
    function declareControls() {
      if (receiver?.kind !== "self-hosted" || receiver.controlsFile === undefined) return;
      const { controlsFile, observeUrl } = receiver;
      const given: ReceiverControlsFileArgs = { path: controlsFile, ...controlsOf(receiver) };
      new classes.ControlsFile(...child("controls-file", given, transform?.controlsFile));
      if (observeUrl !== undefined) warnOfOverrides(inside.parent, observeUrl, controlsFile);
    }

    function declareHub() {
      if (airkit === undefined || isExisting(airkit.hub)) return undefined;
      return new classes.Hub(...child<AirkitConversationHubArgs>("hub", airkit.hub, transform?.hub));
    }

    function declareRoutingFlow() {
      if (airkit === undefined) return undefined;
      const { signingSecret: webhookSecretKey } = webhook;
      const given: AirkitRoutingFlowArgs = { ...airkit.routingFlow, hubId, webhookSecretKey, datasourceId: accountId };
      return new classes.RoutingFlow(...child("routing-flow", given, transform?.routingFlow));
    }
  }
}

/** What the class gives, beside what every resource has. */
type Outputs = Omit<KustomerRelay, keyof pulumi.ComponentResource>;

/** What the webhook has to know of the file, so that a receiver has the secret before the first event. */
type SecretPlace = Pick<SigningSecretFileArgs, "path" | "mode" | "owner" | "group" | "inPlace">;

function placeOf({ path, mode, owner, group, inPlace }: SigningSecretFileArgs): SecretPlace {
  return { path, mode, owner, group, inPlace };
}

function isExisting(given: { id?: pulumi.Input<string> | undefined } | undefined): given is ExistingObject {
  return given?.id !== undefined;
}

function idOf(given: { id?: pulumi.Input<string> | undefined } | undefined): pulumi.Output<string> {
  return pulumi.output(given?.id ?? "").apply(objectId);
}

function stepsOf(objects: readonly ({ steps: pulumi.Output<OperatorStep[]> } | undefined)[]) {
  const managed = objects.filter((object) => object !== undefined);
  return pulumi.all(managed.map(({ steps }) => steps)).apply((steps) => steps.flat());
}
