import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { pathPart } from "../../providers/lifecycle/validate";
import { destinationHeaderProblems } from "../../receiver/destination";
import { CONTROLS_SHAPE } from "../../receiver/controls-schema";
import { LIMITS, LOG_LEVELS } from "../../receiver/contract";
import { expectationProblem } from "../../receiver/silence";
import { businessHoursSchema } from "../../receiver/silence-schema";
import type { ReceiverControls } from "./arguments";

/**
 * What a receiver's arguments may be, for the component, for a relay that makes one, for stack config and for other languages.
 * What may be the output of another resource is looked at only where it is known already; `meta` says what it is then.
 */

const whole = (from: number, to: number): z.ZodType<number> =>
  z
    .number({ error: `must be a whole number from ${from} to ${to}` })
    .refine(
      (value) => Number.isInteger(value) && value >= from && value <= to,
      `must be a whole number from ${from} to ${to}`,
    )
    .meta({ type: "integer" });

/** Text, or an output that will be one. */
const text = (looks: RegExp, what: string): z.ZodType =>
  z
    .unknown()
    .superRefine((value, context) => {
      if (value === undefined) context.addIssue({ code: "custom", message: `is required: ${what}` });
      else if (typeof value === "string" ? !looks.test(value) : !isLater(value))
        context.addIssue({ code: "custom", message: `must be ${what}` });
    })
    .meta({ type: "string" });

const list = (item: z.ZodType, what: string): z.ZodType =>
  z
    .unknown()
    .superRefine((value, context) => {
      if (isLater(value)) return;
      const parsed = z
        .array(item, { error: value === undefined ? `is required: ${what}` : `must be ${what}` })
        .safeParse(value);
      for (const issue of parsed.error?.issues ?? [])
        context.addIssue({ code: "custom", message: issue.message, path: [...issue.path] });
    })
    .meta({ type: "array", items: { type: "string" } });

const orFalse = (schema: z.ZodType, what: string): z.ZodType =>
  z
    .unknown()
    .superRefine((value, context) => {
      if (value === false || value === undefined) return;
      if (!isRecord(value)) context.addIssue({ code: "custom", message: `must be false, or ${what}` });
      else for (const issue of schema.safeParse(value).error?.issues ?? []) context.addIssue({ ...issue });
    })
    .meta({ type: "boolean", orObject: schema });

const TEXTS = { type: "object", additionalProperties: { type: "string" } } as const;
const flag = z.boolean({ error: "must be true or false" });
const memory = whole(128, 10_240);
const arn = (service: string, rest: string, what: string): z.ZodType =>
  text(new RegExp(`^arn:[\\w-]+:${service}:[a-z0-9-]+:\\d{12}:${rest}$`), `${what}, arn:aws:${service}:…`);
const anyArn = text(/^arn:[\w-]+:[^:]+:.+/, "an ARN, arn:aws:…");
const texts = (what: string): z.ZodType =>
  z
    .unknown()
    .refine((value) => isLater(value) || isRecord(value), `must be ${what}`)
    .meta(TEXTS);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** How much longer than the wait for one answer the delivery function has to live. */
export const DELIVERY_MARGIN_SECONDS = 5;

export const RECEIVER_SHAPE = {
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region of AWS, for example eu-central-1").optional(),
  intake: z
    .strictObject({
      memoryMiB: memory.optional(),
      timeoutSeconds: whole(3, 30).optional(),
      reservedConcurrency: z
        .unknown()
        .refine(
          (value) => value === "none" || whole(1, 10_000).safeParse(value).success,
          'must be a whole number from 1 to 10000, or "none"',
        )
        .meta({ anyOf: [{ type: "integer" }, { type: "string" }] })
        .optional(),
      maxBodyKiB: whole(1, LIMITS.maxBodyKiB).optional(),
      unsealedPaths: z
        .array(z.string().regex(/^[A-Za-z0-9_-]{22,64}$/, "must be the path of a relay"), {
          error: "must be a list of relays' paths",
        })
        .max(LIMITS.maxUnsealedRoutes, `may have ${LIMITS.maxUnsealedRoutes} paths`)
        .optional(),
      maxAgeMinutes: whole(LIMITS.leastMaxAgeMinutes, 20_160).optional(),
    })
    .optional(),
  delivery: z
    .strictObject({
      memoryMiB: memory.optional(),
      timeoutSeconds: whole(10, 900).optional(),
      maximumConcurrency: whole(LIMITS.maximumConcurrency.least, LIMITS.maximumConcurrency.most).optional(),
      giveUpAfterDays: whole(1, LIMITS.maxGiveUpDays).optional(),
    })
    .optional(),
  alarms: orFalse(
    z
      .strictObject({
        actions: list(anyArn, "a list of ARNs, usually of one SNS topic").optional(),
        oldestMinutes: whole(1, 1440).optional(),
        expectEventEveryMinutes: whole(1, 1440).optional(),
        businessHours: businessHoursSchema.optional(),
      })
      .superRefine(({ expectEventEveryMinutes, businessHours }, context) => {
        const message = expectationProblem(expectEventEveryMinutes, businessHours);
        if (message !== undefined) context.addIssue({ code: "custom", path: ["businessHours"], message });
      }),
    "say what an alarm does in `actions`",
  ).optional(),
  dashboard: flag.optional(),
  logRetentionDays: z
    .number({ error: `must be one of ${RETENTION.join(", ")}` })
    .refine((days) => RETENTION.includes(days), `must be one of ${RETENTION.join(", ")}`)
    .meta({ type: "integer" })
    .optional(),
  logLevel: z.enum(LOG_LEVELS, { error: `must be ${LOG_LEVELS.join(", ")}` }).optional(),
  kmsKeyArn: arn("kms", "key/[\\w-]+", "the ARN of a KMS key, not of an alias").optional(),
  vpc: z
    .strictObject({
      subnetIds: list(text(/^subnet-\w+$/, "the id of a subnet, subnet-…"), "a list of subnets' ids"),
      securityGroupIds: list(text(/^sg-\w+$/, "the id of a security group, sg-…"), "a list of security groups' ids"),
      intakeToo: flag.optional(),
    })
    .optional(),
  queue: z
    .strictObject({
      arn: arn("sqs", "[\\w-]+\\.fifo", "the ARN of a FIFO queue"),
      deadLetterArn: arn("sqs", "[\\w-]+\\.fifo", "the ARN of its FIFO dead-letter queue"),
    })
    .optional(),
  table: z.strictObject({ arn: arn("dynamodb", "table/[\\w.-]+", "the ARN of a table") }).optional(),
  pointInTimeRecovery: flag.optional(),
  tags: texts("names with values").optional(),
} as const;

/** A value that is not known yet is looked at once it is, when the relay's secret is written. */
const headers: z.ZodType = z
  .unknown()
  .superRefine((given, context) => {
    if (isLater(given)) return;
    if (!isRecord(given)) {
      context.addIssue({ code: "custom", message: "must be names of headers with values" });
      return;
    }
    const looked = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, isLater(value) ? "" : value]),
    );
    for (const { name, problem } of destinationHeaderProblems(looked))
      context.addIssue({ code: "custom", message: problem, path: [name] });
  })
  .meta(TEXTS);

/** One shape for the component, stack config and receiver.yaml. */
export { CONTROLS_SHAPE };

export const destinationShape = z.strictObject({
  headers: headers.optional(),
  timeoutSeconds: whole(1, 300).optional(),
  keepAnswerExcerpt: flag.optional(),
  allowLoopbackHttp: flag.optional(),
});

/** What no file can hold. */
const code = {
  transform: z.unknown().optional(),
  front: z
    .unknown()
    .refine((value) => typeof value === "function", "must be a function that gives an address")
    .optional(),
};

const receiver = z.strictObject({ ...RECEIVER_SHAPE, ...code });

/** All mistakes at once, each with the path of the argument. */
export function receiverProblems(args: unknown): string[] {
  return problemsIn(receiver, args);
}

export function destinationProblems(destination: unknown, deliverySeconds?: number): string[] {
  const problems = problemsIn(destinationShape, destination);
  const { timeoutSeconds } = isRecord(destination) ? destination : {};
  if (typeof timeoutSeconds !== "number" || deliverySeconds === undefined || problems.length > 0) return problems;
  return timeoutSeconds + DELIVERY_MARGIN_SECONDS <= deliverySeconds
    ? []
    : [
        `timeoutSeconds: ${timeoutSeconds} leaves the delivery function no time: its \`delivery.timeoutSeconds\` is ${deliverySeconds}, and has to be at least ${timeoutSeconds + DELIVERY_MARGIN_SECONDS}`,
      ];
}

export function controlsProblems(controls: ReceiverControls): string[] {
  const { paused, maxPerSecond, filter } = controls;
  return problemsIn(z.object(CONTROLS_SHAPE), { paused, maxPerSecond, filter });
}

function problemsIn(schema: z.ZodType, value: unknown): string[] {
  return (schema.safeParse(value).error?.issues ?? []).flatMap(sentences);
}

function sentences(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(pathPart).join("");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${at === "" ? key : `${at}.${key}`}: there is no such argument`);
  const isGroup = issue.code === "invalid_type" && issue.expected === "object";
  const message = isGroup ? "must be a group of arguments" : issue.message;
  return [at === "" ? message : `${at}: ${message}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLater(value);
}

/** Whether its value is not known yet. */
function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
