import type * as pulumi from "@pulumi/pulumi";
import type { HostedReceiver, RelayReceiverArgs } from "../aws/arguments";
import type { Settings } from "../../providers/lifecycle/settings";
import type * as resources from "../../providers/resources";

/**
 * What a component needs of the edge that it is declared through: TypeScript programs have dynamic providers, other
 * languages a plugin. The component is the same.
 */
export interface RelayEdge {
  /** The children's classes. */
  readonly classes: RelayClasses;
  /** The settings of the provider that a relay's children get; `undefined` where the program cannot know them. */
  readonly settingsOf: (relay: pulumi.ComponentResource) => Settings | undefined;
  /** What is missing for a receiver on AWS. */
  readonly receiverProblems: () => string[];
  /** A receiver on AWS, made for one relay. */
  readonly newReceiver: (
    name: string,
    args: RelayReceiverArgs,
    opts: pulumi.ComponentResourceOptions,
  ) => HostedReceiver;
}

export interface RelayClasses {
  readonly ApiKey: typeof resources.KustomerApiKey;
  readonly Account: typeof resources.AirkitAccount;
  readonly Resource: typeof resources.AirkitResource;
  readonly Webhook: typeof resources.KustomerOutboundWebhook;
  readonly Hub: typeof resources.AirkitConversationHub;
  readonly RoutingFlow: typeof resources.AirkitRoutingFlow;
  readonly SecretFile: typeof resources.SigningSecretFile;
  readonly ControlsFile: typeof resources.ReceiverControlsFile;
}
