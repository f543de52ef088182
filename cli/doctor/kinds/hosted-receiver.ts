import * as z from "zod";
import { RelayError, messageOf } from "../../../providers/lifecycle/errors";
import { createAwsCall } from "../../../receiver/aws/client";
import { send } from "../../../receiver/aws/http";
import { queueDepth } from "../../../receiver/aws/queue-depth";
import { awsCredentials } from "../../aws-credentials";
import { counted } from "../../words";
import { checksOf, fail, ok, warn } from "../check";
import { once } from "../once";
import type { Properties } from "../state";
import type { Subject } from "../subject";

const hostedInfo = z.object({
  kind: z.literal("aws"),
  region: z.string(),
  queueUrl: z.string(),
  deadLetterQueueUrl: z.string(),
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
  ) {
    this.name = info.queueUrl.slice(info.queueUrl.lastIndexOf("/") + 1);
  }

  /** How many events wait, and how many are being delivered. */
  readonly waiting = once(() => this.count(this.info.queueUrl));
  readonly deadLetters = once(() => this.count(this.info.deadLetterQueueUrl));

  /** What a person types who has to look by hand. */
  howToLook(): string {
    const { region, deadLetterQueueUrl } = this.info;
    return `aws sqs get-queue-attributes --region ${region} --attribute-names ApproximateNumberOfMessages --queue-url ${deadLetterQueueUrl}`;
  }

  private readonly credentials = once(() => awsCredentials(this.environment).catch(() => undefined));

  /** `undefined` where nobody here may ask AWS. */
  private async count(queueUrl: string): Promise<number | undefined> {
    const credentials = await this.credentials();
    if (credentials === undefined) return undefined;
    const { environment, info } = this;
    const call = createAwsCall({ send, region: info.region, credentials: () => credentials, environment });
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
