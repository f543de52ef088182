/** `pulumi-kustomer-relay/aws`: the receiver hosted on AWS. Needs `@pulumi/aws`, which nothing else here does. */
export { RelayReceiver } from "./components/aws/relay-receiver";
export type {
  HostedReceiver,
  HostedReceiverOutputs,
  HostedRelay,
  HostedRelayArgs,
  ReceiverAlarms,
  ReceiverChild,
  ReceiverDestination,
  RelayReceiverArgs,
} from "./components/aws/arguments";
