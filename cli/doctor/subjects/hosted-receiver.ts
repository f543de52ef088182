import * as z from "zod";
import { RelayError, messageOf } from "../../../providers/lifecycle/errors";
import { createAwsCall, type Credentials } from "../../../receiver/aws/client";
import { send } from "../../../receiver/aws/http";
import { once } from "../once";
import { outputOf } from "../output-of";
import type { Properties } from "../state";
import type { SubjectOf } from "../subjects";

const TIMEOUT_MS = 10_000;

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
export class HostedReceiver implements SubjectOf<"receiver on AWS"> {
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

  /** `undefined` where nobody here may ask AWS. */
  private readonly credentials = once(async (): Promise<Credentials | undefined> => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = this.environment;
    if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
      const session = AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {};
      return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, ...session };
    }
    return exportedCredentials(this.environment).catch(() => undefined);
  });

  private async count(queueUrl: string): Promise<number | undefined> {
    const credentials = await this.credentials();
    if (credentials === undefined) return undefined;
    const parts = { send, region: this.info.region, credentials: () => credentials, environment: this.environment };
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    try {
      const answer = await createAwsCall(parts)(
        "sqs",
        "GetQueueAttributes",
        { QueueUrl: queueUrl, AttributeNames: names },
        TIMEOUT_MS,
      );
      const { Attributes } = attributes.parse(answer);
      return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    } catch (error) {
      throw new RelayError(
        `read the attributes of queue ${this.name}: ${messageOf(error)}; see that the credentials may do sqs:GetQueueAttributes`,
      );
    }
  }
}

const attributes = z.object({ Attributes: z.record(z.string(), z.string()) });

const exported = z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), SessionToken: z.string().nullish() });

/** Profiles, single sign-on and roles are the AWS CLI's business: it is asked for what they come to. */
async function exportedCredentials(environment: NodeJS.ProcessEnv): Promise<Credentials> {
  const place = { cwd: ".", timeoutMs: TIMEOUT_MS, doing: "aws configure export-credentials", environment };
  const text = await outputOf("aws", ["configure", "export-credentials", "--format", "process"], place);
  const { AccessKeyId, SecretAccessKey, SessionToken } = exported.parse(JSON.parse(text));
  const session = SessionToken ? { sessionToken: SessionToken } : {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, ...session };
}
