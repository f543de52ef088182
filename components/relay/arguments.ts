import type * as pulumi from "@pulumi/pulumi";
import type { AirkitRealm } from "../../providers/airkit/destination-url";
import type {
  AirkitAccountArgs,
  AirkitConversationHubArgs,
  AirkitResourceArgs,
  AirkitRoutingFlowArgs,
  KustomerApiKeyArgs,
  KustomerOutboundWebhookArgs,
  ReceiverControlsFileArgs,
  SigningSecretFileArgs,
} from "../../providers/resources";
import type { ReceiverChoice } from "./receiver";
import type { Transform } from "./transform";

/** An object that exists and is not managed here, by its UUID or by the address of its page in Airkit's console. */
export interface ExistingObject {
  /** Its UUID, or the address of its page: the object is used, and left alone. */
  id: pulumi.Input<string>;
}

/** An object that is declared and managed, `Followed` being what follows from the rest of the relay. */
export type DeclaredObject<Args, Followed extends keyof Args = never> = Omit<Args, Followed> & { id?: undefined };

/** The Airkit half of a relay. An object is given by its id and left alone, or declared and managed. */
export interface AirkitHalf {
  /** Whose API host receives the events. Default: `api.airkit.com`, the host in the vendor's guide. */
  realm?: AirkitRealm | undefined;
  /** Another API host, for example of ngrok; wins over `realm`. */
  apiHostname?: pulumi.Input<string> | undefined;
  /** The connected account. Default: one is declared. */
  account?: ExistingObject | DeclaredObject<AirkitAccountArgs, "apiKey"> | undefined;
  /** The Kustomer Resource. Default: one is declared. */
  resource?: ExistingObject | DeclaredObject<AirkitResourceArgs, "datasourceId"> | undefined;
  /** The Conversation Hub; a declared one names the channel Resources on which conversations begin. */
  hub: ExistingObject | DeclaredObject<AirkitConversationHubArgs>;
  /** The Routing Flow. */
  routingFlow?: Omit<AirkitRoutingFlowArgs, "hubId" | "datasourceId" | "webhookSecretKey"> | undefined;
}

/** Where a relay's events go. */
export type RelayDestination =
  | {
      /**
       * The Airkit half, which receives the events. Left out, there is none, and `destination` says where events go.
       *
       * @example { account: { id: "0b0e…" }, resource: { id: "5f2c…" }, hub: { id: "c1d9…" } }
       */
      airkit: AirkitHalf;
      /** Any https URL that receives the events, in place of Airkit's. */
      destination?: pulumi.Input<string> | undefined;
    }
  | { airkit?: undefined; destination: pulumi.Input<string> };

/** What a relay is made of, wherever its events go. */
export interface RelayParts {
  /** The Kustomer half. */
  kustomer?:
    | {
        /**
         * The key with which Airkit calls Kustomer: the `token` of a key that an admin made, or, where the provider names
         * an issuer, nothing at all.
         *
         * @example { token: config.requireSecret("kustomerToken") }
         */
        apiKey?: Omit<KustomerApiKeyArgs, "rotation"> | undefined;
        /** The outbound webhook, but for its `url`, which follows from the destination. */
        webhook?: Omit<KustomerOutboundWebhookArgs, "url" | "rotation"> | undefined;
      }
    | undefined;
  /**
   * What stands between Kustomer and the destination, and loses no event. `url`: a receiver that runs elsewhere and forwards
   * to it. `self-hosted`: one you host yourself (`npx kustomer-relay receive`); its signing secrets are written to `secretFile`,
   * an absolute path on the machine that runs Pulumi, where one is given. `aws`: one that AWS runs, made for this relay, or
   * `receiver`, a `RelayReceiver` that several relays share; `destination` has the headers and the time-out of deliveries.
   *
   * @example { kind: "self-hosted", publicUrl: "https://relay.example.com/kustomer", secretFile: "/etc/kustomer-relay/secrets" }
   * @example { kind: "aws", region: "eu-central-1", alarms: { actions: [topic.arn] } }
   */
  receiver?: ReceiverChoice | undefined;
  /** A counter: raise it for a new webhook with a new signing secret. Default 0. */
  rotation?: pulumi.Input<number> | undefined;
  /**
   * A counter: raise it for a new API key, where keys are issued; an adopted one changes with its `token`. The previous one
   * stays valid for `kustomer.apiKey.overlapHours`. Default 0.
   */
  apiKeyRotation?: pulumi.Input<number> | undefined;
  /** A last word on the arguments and options of each child: an object to merge, or a function that changes them. */
  transform?: RelayTransforms | undefined;
  /** Where stack config declares this relay; messages then name the command that sets a value there. */
  configPath?: string | undefined;
}

export interface RelayTransforms {
  apiKey?: Transform<KustomerApiKeyArgs> | undefined;
  account?: Transform<AirkitAccountArgs> | undefined;
  resource?: Transform<AirkitResourceArgs> | undefined;
  webhook?: Transform<KustomerOutboundWebhookArgs> | undefined;
  hub?: Transform<AirkitConversationHubArgs> | undefined;
  routingFlow?: Transform<AirkitRoutingFlowArgs> | undefined;
  secretFile?: Transform<SigningSecretFileArgs> | undefined;
  controlsFile?: Transform<ReceiverControlsFileArgs> | undefined;
}

/** What a relay is made of. It needs its API key, the ids of what exists, and somewhere for events to go; the rest has defaults. */
export type KustomerRelayArgs = RelayParts & RelayDestination;
