import { messageOf } from "../errors";
import type { AwsCall } from "./client";
import type { Courier } from "./courier";
import type { SqsRecord } from "./lambda";
import { changeVisibility } from "./queue";
import type { BatchReport } from "./report";

/** What is left of the function's time. */
export type Remaining = () => number;

export interface BatchParts {
  readonly call: AwsCall;
  readonly queueUrl: string;
  readonly courier: Courier;
  readonly report: BatchReport;
  readonly remaining: Remaining;
}

const VISIBILITY_MS = 3_000;

/**
 * One batch from the queue. Within a group nothing passes an event that failed: it and all behind it go back together, and
 * come again together, because SQS gives nothing of a group out while a part of it is hidden.
 */
export class Batch {
  private readonly failed: SqsRecord[] = [];
  /** Groups whose first event ended the function that had it before. */
  private suspects: SqsRecord[][] = [];

  constructor(private readonly parts: BatchParts) {}

  /** Resolves with what has to come again. */
  async deliver(records: readonly SqsRecord[]): Promise<SqsRecord[]> {
    const budgetMs = this.parts.remaining();
    await Promise.all(groupsOf(records).map((group) => this.deliverGroup(group, budgetMs, false)));
    // Alone, and taken up only now: if one of them ends this function too, it does so in nobody else's company.
    for (const group of this.suspects) await this.deliverGroup(group, budgetMs, true);
    return this.failed;
  }

  private async deliverGroup(group: readonly SqsRecord[], budgetMs: number, takeOver: boolean): Promise<void> {
    const { courier, report, remaining } = this.parts;
    for (const [index, record] of group.entries()) {
      const rest = group.slice(index);
      try {
        const result = await courier.deliver(record, { remaining, budgetMs, takeOver, report });
        if (result === "done") continue;
        if (result === "suspect") this.suspects.push(rest);
        else await this.sendBack(rest, result.againInMs);
      } catch (error) {
        report.problem("an event could not be worked on, and comes again", messageOf(error));
        this.failed.push(...rest);
      }
      return;
    }
  }

  private async sendBack(records: readonly SqsRecord[], waitMs: number): Promise<void> {
    const { call, queueUrl, report, remaining } = this.parts;
    this.failed.push(...records);
    try {
      const handles = records.map(({ receiptHandle }) => receiptHandle);
      await changeVisibility(call, queueUrl, handles, waitMs, Math.min(VISIBILITY_MS, Math.max(remaining() / 2, 1)));
    } catch (error) {
      // They come again when the queue's own time-out ends.
      report.problem("the time of the next try could not be set", messageOf(error));
    }
  }
}

function groupsOf(records: readonly SqsRecord[]): SqsRecord[][] {
  const groups = new Map<string, SqsRecord[]>();
  for (const record of records) {
    const id = record.attributes.MessageGroupId ?? record.messageId;
    const group = groups.get(id);
    if (group) group.push(record);
    else groups.set(id, [record]);
  }
  return [...groups.values()];
}
