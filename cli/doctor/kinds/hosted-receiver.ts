import * as z from "zod";
import { RelayError, messageOf } from "../../../providers/lifecycle/errors";
import { type AwsCall, createAwsCall } from "../../../receiver/aws/client";
import { send } from "../../../receiver/aws/http";
import { readOverrides } from "../../../receiver/aws/overrides";
import { queueDepth } from "../../../receiver/aws/queue-depth";
import { controlsFrom, relayControls, type RelayControls } from "../../../receiver/controls";
import { awsCredentials } from "../../aws-credentials";
import { counted } from "../../words";
import { checksOf, fail, ok, warn } from "../check";
import { judgeControls } from "../controls";
import { once } from "../once";
import type { Properties } from "../state";
import type { Subject } from "../subject";

const hostedInfo = z.object({
  kind: z.literal("aws"),
  region: z.string(),
  queueUrl: z.string(),
  deadLetterQueueUrl: z.string(),
  tableName: z.string().optional(),
  relay: z.string().optional(),
  controls: z.unknown().optional(),
});

type HostedInfo = z.infer<typeof hostedInfo>;

/** What a relay tells of its receiver on AWS; `undefined` where it has none. */
export function hostedReceiverIn(outputs: Properties): HostedInfo | undefined {
  return hostedInfo.safeParse(outputs.receiver).data;
}

/** A receiver that AWS runs, by its two queues. */
export class HostedReceiver implements Subject {
  readonly kind = "receiver on AWS";
  readonly name: string;

  constructor(
    private readonly info: HostedInfo,
    private readonly environment: NodeJS.ProcessEnv,
    /** What the relays that share it tell of themselves. */
    private readonly relays: readonly HostedInfo[] = [info],
  ) {
    this.name = info.queueUrl.slice(info.queueUrl.lastIndexOf("/") + 1);
  }

  /** How many events wait, and how many are being delivered. */
  readonly waiting = once(() => this.count(this.info.queueUrl));
  readonly deadLetters = once(() => this.count(this.info.deadLetterQueueUrl));

  /** `undefined` where nobody here may ask AWS; none of relays from before there were controls. */
  readonly controls = once(async (): Promise<RelayControls[] | undefined> => {
    const call = await this.call();
    const { tableName } = this.info;
    if (call === undefined) return undefined;
    if (tableName === undefined) return [];
    const overrides = await readOverrides(call, tableName, TIMEOUT_MS).catch((error: unknown) => {
      throw new RelayError({
        doing: `read the controls in table ${tableName}`,
        what: messageOf(error),
        next: "check that the credentials may do dynamodb:GetItem",
      });
    });
    return this.relays.flatMap(({ relay, controls }) =>
      relay === undefined ? [] : [relayControls(relay, controlsFrom(controls), overrides.get(relay) ?? {}, Date.now())],
    );
  });

  /** What a person types who has to look by hand. */
  howToLook(): string {
    const { region, deadLetterQueueUrl } = this.info;
    return `aws sqs get-queue-attributes --region ${region} --attribute-names ApproximateNumberOfMessages --queue-url ${deadLetterQueueUrl}`;
  }

  private readonly credentials = once(() => awsCredentials(this.environment).catch(() => undefined));

  private async call(): Promise<AwsCall | undefined> {
    const credentials = await this.credentials();
    if (credentials === undefined) return undefined;
    const { environment, info } = this;
    return createAwsCall({ send, region: info.region, credentials: () => credentials, environment });
  }

  /** `undefined` where nobody here may ask AWS. */
  private async count(queueUrl: string): Promise<number | undefined> {
    const call = await this.call();
    if (call === undefined) return undefined;
    try {
      const { visible, hidden } = await queueDepth(call, queueUrl);
      return visible + hidden;
    } catch (error) {
      throw new RelayError({
        doing: `read the attributes of queue ${this.name}`,
        what: messageOf(error),
        next: "check that the credentials may do sqs:GetQueueAttributes",
      });
    }
  }
}

const TIMEOUT_MS = 10_000;
/** More than a burst leaves behind for a moment: at ten a batch the delivery is far behind. */
const MANY = 1000;

export const hostedReceiverChecks = checksOf("receiver on AWS", (subject) => subject instanceof HostedReceiver, [
  {
    name: "hosted-queue",
    asks: `No more than ${MANY} events wait in the queue of a receiver on AWS.`,
    remedy: "See the alarms and the dashboard: the destination is down or slow, or the delivery function fails.",
    async look(receiver) {
      const waiting = await receiver.waiting();
      if (waiting === undefined) return notAsked(receiver);
      const message = `${counted(waiting, "event")} waiting or being delivered`;
      return waiting > MANY ? warn(message, "see the receiver's dashboard and its alarms") : ok(message);
    },
  },
  {
    name: "hosted-controls",
    asks: "No relay of a receiver on AWS is paused, and nobody has set anything above what is declared.",
    remedy:
      "`kustomer-relay status --stack STACK` says who, why and until when; `kustomer-relay resume --relay NAME --stack STACK` ends it.",
    async look(receiver) {
      const controls = await receiver.controls();
      return controls === undefined ? notAsked(receiver) : judgeControls(controls, " --stack STACK");
    },
  },
  {
    name: "hosted-dead-letters",
    asks: "The dead-letter queue of a receiver on AWS is empty.",
    remedy: "`kustomer-relay dead-letters list --stack STACK` says why; correct that, then `replay` or `drop` them.",
    async look(receiver) {
      const dead = await receiver.deadLetters();
      if (dead === undefined) return notAsked(receiver);
      return dead === 0
        ? ok("no dead letters")
        : fail(
            counted(dead, "dead letter"),
            "see `kustomer-relay dead-letters list --stack STACK`, correct the cause, then replay or drop them",
          );
    },
  },
]);

function notAsked(receiver: HostedReceiver): ReturnType<typeof warn> {
  return warn(
    "AWS could not be asked: there are no credentials in the environment, and the AWS CLI has none",
    `set them, or look by hand: ${receiver.howToLook()}`,
  );
}
