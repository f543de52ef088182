import * as pulumi from "@pulumi/pulumi";
import { publicUrlProblem } from "../../receiver/relay-path";
import type {
  HostedReceiver,
  HostedReceiverOutputs,
  HostedRelay,
  ReceiverControls,
  ReceiverDestination,
  RelayReceiverArgs,
} from "../aws/arguments";
import { controlsProblems, destinationProblems, receiverProblems } from "../aws/rules";
import { DELIVERY_SECONDS } from "../aws/settings";
import type { RelayEdge } from "./edge";

/** A receiver that AWS runs: made for this relay alone, or one that several share. */
export type AwsReceiver = {
  kind: "aws";
  /** How events are delivered: the headers that go along, and how long an answer may take. */
  destination?: ReceiverDestination | undefined;
} & ReceiverControls &
  (
    | (RelayReceiverArgs & { receiver?: undefined })
    | {
        /** A `RelayReceiver` that several relays share. Left out, one is made, which takes what `RelayReceiver` takes, beside `kind`. */
        receiver: HostedReceiver;
      }
  );

/** What may stand between Kustomer and the destination. */
export type ReceiverChoice =
  | {
      /** `url`, `self-hosted` or `aws`. */
      kind: "url";
      /** Of a receiver that runs elsewhere: its https address. */
      url: pulumi.Input<string>;
    }
  | ({
      kind: "self-hosted";
      /** The https address under which Kustomer reaches your receiver. */
      publicUrl: pulumi.Input<string>;
      /**
       * The file that your receiver reads its signing secrets from: an absolute path on the machine that runs Pulumi. The secret is
       * there before Kustomer sends the first event.
       */
      secretFile?: pulumi.Input<string> | undefined;
      /**
       * The file that your receiver reads this relay's controls from, which names it as `controlsFile` too: an absolute path on the
       * machine that runs Pulumi. `paused`, `maxPerSecond` and `filter` are written to it.
       */
      controlsFile?: pulumi.Input<string> | undefined;
      /**
       * Where your receiver tells of itself to the machine that runs Pulumi, such as `http://127.0.0.1:9464`: `up` then warns of what
       * somebody has set above what is declared.
       */
      observeUrl?: pulumi.Input<string> | undefined;
    } & ReceiverControls)
  | AwsReceiver;

/** What the outside needs to know of a relay's receiver, and `kustomer-relay status --stack` reads. Holds no secret. */
export type ReceiverInfo =
  | { kind: "none" }
  | { kind: "url" | "self-hosted"; url: string }
  | ({ kind: "aws"; relay: string; controls: ReceiverControls } & {
      [K in keyof HostedReceiverOutputs]: pulumi.Unwrap<HostedReceiverOutputs[K]>;
    });

/** Where Kustomer sends the events: of the receiver, unless there is none. */
export function receiverUrl(choice: ReceiverChoice | undefined): pulumi.Input<string> | undefined {
  if (choice?.kind === "self-hosted") return pulumi.output(choice.publicUrl).apply(publicUrl);
  return choice?.kind === "url" ? choice.url : undefined;
}

/** Preflight has looked at one that the program knows; another resource's output is looked at as soon as it is there. */
function publicUrl(url: string): string {
  const problem = publicUrlProblem(url);
  if (problem !== undefined) throw new pulumi.RunError(`receiver.publicUrl: ${problem}`);
  return url;
}

/** A relay's place in a receiver on AWS. */
export interface Hosted {
  readonly receiver: HostedReceiver;
  readonly relay: HostedRelay;
}

/** Declares the receiver, unless it is there already, and a place for this relay in it. */
export function hostOnAws(
  name: string,
  choice: ReceiverChoice | undefined,
  newReceiver: RelayEdge["newReceiver"],
  opts: pulumi.ComponentResourceOptions,
): Hosted | undefined {
  if (choice?.kind !== "aws") return undefined;
  const receiver = choice.receiver ?? newReceiver(`${name}-receiver`, argsOf(choice), opts);
  return { receiver, relay: receiver.addRelay(name) };
}

/** What the relay tells of its receiver. */
export function infoOf(
  relay: string,
  choice: ReceiverChoice | undefined,
  hosted: Hosted | undefined,
  url: pulumi.Output<string>,
): pulumi.Output<ReceiverInfo> {
  if (hosted === undefined)
    return url.apply((url): ReceiverInfo =>
      choice === undefined || choice.kind === "aws" ? { kind: "none" } : { kind: choice.kind, url },
    );
  const { queueUrl, deadLetterQueueUrl, tableName, region, dashboardUrl } = hosted.receiver;
  const { intakeFunctionName, deliveryFunctionName } = hosted.receiver;
  const names = { region, tableName, intakeFunctionName, deliveryFunctionName };
  const controls = controlsOf(choice);
  return pulumi.output({
    kind: "aws" as const,
    relay,
    url,
    queueUrl,
    deadLetterQueueUrl,
    dashboardUrl,
    controls,
    ...names,
  });
}

/** Mistakes that show without asking AWS, each with the path of the argument below `receiver`. */
export function awsReceiverProblems(choice: AwsReceiver, edge: Pick<RelayEdge, "receiverProblems">): string[] {
  const { destination, receiver } = choice;
  const args = argsOf(choice);
  const seconds = receiver === undefined ? (args.delivery?.timeoutSeconds ?? DELIVERY_SECONDS) : undefined;
  const problems = [
    ...destinationProblems(destination ?? {}, seconds).map((problem) => `destination.${problem}`),
    ...controlsProblems(choice),
  ];
  if (receiver === undefined) return [...edge.receiverProblems(), ...receiverProblems(args), ...problems];
  const others = Object.entries(args).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (others.length > 0)
    problems.push(
      `receiver: it is built elsewhere, so ${others.map((name) => `\`${name}\``).join(", ")} would do nothing here`,
    );
  if (typeof (receiver as Partial<HostedReceiver>).addRelay !== "function")
    problems.push("receiver: must be a `RelayReceiver` of `pulumi-kustomer-relay/aws`");
  return problems;
}

/** What is declared of the relay's deliveries, without what is not said. */
export function controlsOf(choice: ReceiverChoice | undefined): ReceiverControls {
  if (choice === undefined || choice.kind === "url") return {};
  const { paused, maxPerSecond, filter } = choice;
  return {
    ...(paused !== undefined && { paused }),
    ...(maxPerSecond !== undefined && { maxPerSecond }),
    ...(filter !== undefined && { filter }),
  };
}

function argsOf({
  kind: _kind,
  destination: _destination,
  receiver: _receiver,
  paused: _paused,
  maxPerSecond: _maxPerSecond,
  filter: _filter,
  ...args
}: AwsReceiver): RelayReceiverArgs {
  return args;
}
