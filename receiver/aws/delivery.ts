import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import { LIMITS, VARIABLES } from "../contract";
import { messageOf } from "../errors";
import { Batch } from "./batch";
import { Claims, type ClaimStep } from "./claims";
import { createAwsCall } from "./client";
import { Courier, type CourierStep } from "./courier";
import { DeadLetterBox, type DeadLetterStep } from "./dead-letter-box";
import { type Environment, Variables } from "./environment";
import { send } from "./http";
import type { LambdaContext, SqsBatchResult, SqsEvent } from "./lambda";
import { createLog } from "./log";
import { postThrough } from "./post";
import { Places } from "./places";
import { HostedControls } from "./relay-controls";
import { Relays } from "./relays";
import { BatchReport } from "./report";
import { Slots } from "./slots";
import { SlowDestinations, Waiting } from "./slow-destinations";

export type DeliveryStep = ClaimStep | CourierStep | DeadLetterStep | "before-answer";

export interface DeliveryOptions {
  readonly clock?: Clock;
  readonly random?: () => number;
  /** What a destination may take before it counts as slow. */
  readonly quickMs?: number;
  /** Where the crash harness may end the process. */
  readonly step?: (step: DeliveryStep, event?: string) => void;
}

type Handler = (event: SqsEvent, context: LambdaContext) => Promise<SqsBatchResult>;

const DAY_MS = 24 * 3_600_000;

/** Delivers batches from the queue: groups side by side, the events of a group one after another. */
export function createDeliveryHandler(environment: Environment, options: DeliveryOptions = {}): Handler {
  const variables = new Variables(environment);
  const { region, credentials } = variables.platform();
  const queueUrl = variables.text(VARIABLES.queueUrl);
  const deadLetterQueueUrl = variables.text(VARIABLES.deadLetterQueueUrl);
  const table = variables.text(VARIABLES.table);
  const prefix = variables.text(VARIABLES.secretPrefix);
  const log = createLog(variables.text(VARIABLES.receiver), variables.level());
  const mostDays = LIMITS.maxGiveUpDays;
  const giveUpAfterDays = variables.number(VARIABLES.giveUpAfterDays, mostDays, 0.0001, mostDays);
  const { least, most, otherwise } = LIMITS.maximumConcurrency;
  const maximumConcurrency = variables.number(VARIABLES.maximumConcurrency, otherwise, least, most);
  variables.check();

  const { clock = Date.now, random = Math.random, step } = options;
  const call = createAwsCall({ send, region, credentials, environment });
  const onProblem = (problem: string): void => {
    log.write("error", problem);
  };
  const courier = new Courier({
    relays: new Relays({ call, prefix, clock, onProblem }, giveUpAfterDays * DAY_MS),
    controls: new HostedControls({ call, table, clock }),
    slots: new Slots({ call, table, clock }),
    claims: new Claims({ call, table, clock, newToken: randomUUID, step }),
    deadLetters: new DeadLetterBox({ call, queueUrl: deadLetterQueueUrl, clock, step }),
    post: postThrough(send),
    clock,
    random,
    giveUpAfterMs: giveUpAfterDays * DAY_MS,
    step,
  });
  const count = Math.floor(maximumConcurrency / 2);
  const slow = new SlowDestinations(new Places({ call, table, clock, newToken: randomUUID, count }), options.quickMs);
  return async (event, context) => {
    const report = new BatchReport(log);
    const remaining = (): number => context.getRemainingTimeInMillis();
    const waiting = new Waiting({ slow, report, remaining });
    const batch = new Batch({ call, queueUrl, courier, waiting, report, remaining, random, lateAfterMs: slow.quickMs });
    const failed = await batch.deliver(event.Records).catch((error: unknown) => {
      log.write("error", "a batch failed as a whole, and comes again", { problem: messageOf(error) });
      throw error;
    });
    report.finish(event.Records.length, failed.length);
    step?.("before-answer");
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}
