import { messageOf } from "../errors";
import { againAfterTroubleMs } from "./again";
import type { AwsCall } from "./client";
import type { Courier } from "./courier";
import { groupBy } from "./group-by";
import type { SqsRecord } from "./lambda";
import { changeVisibility, deleteMessages } from "./queue";
import type { BatchReport } from "./report";
import type { Waiting } from "./slow-destinations";

/** What is left of the function's time. */
export type Remaining = () => number;

export interface BatchParts {
  readonly call: AwsCall;
  readonly queueUrl: string;
  readonly courier: Courier;
  readonly waiting: Waiting;
  /** From then on what is done is deleted here, not by Lambda when all of the batch is: its conversation goes on meanwhile. */
  readonly lateAfterMs: number;
  readonly report: BatchReport;
  readonly remaining: Remaining;
  readonly random: () => number;
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
  private done: SqsRecord[] = [];
  private isLate = false;

  constructor(private readonly parts: BatchParts) {}

  /** Resolves with what has to come again. */
  async deliver(records: readonly SqsRecord[]): Promise<SqsRecord[]> {
    const budgetMs = this.parts.remaining();
    const late = setTimeout(() => {
      this.isLate = true;
      void this.deleteDone();
    }, this.parts.lateAfterMs);
    try {
      await Promise.all(groupsOf(records).map((group) => this.deliverGroup(group, budgetMs, false)));
      // Alone, and taken up only now: if one of them ends this function too, it does so in nobody else's company.
      for (const group of this.suspects) await this.deliverGroup(group, budgetMs, true);
      return this.failed;
    } finally {
      clearTimeout(late);
      await this.parts.waiting.end();
    }
  }

  private async deliverGroup(group: readonly SqsRecord[], budgetMs: number, takeOver: boolean): Promise<void> {
    const { courier, report, remaining, waiting, random } = this.parts;
    for (const [index, record] of group.entries()) {
      const rest = group.slice(index);
      try {
        const result = await courier.deliver(record, { remaining, budgetMs, takeOver, report, waiting });
        if (result === "done") {
          this.done.push(record);
          if (this.isLate) await this.deleteDone();
          continue;
        }
        if (result === "suspect") this.suspects.push(rest);
        else await this.sendBack(rest, result.againInMs);
      } catch (error) {
        report.problem("an event could not be worked on, and comes again", messageOf(error));
        await this.sendBack(rest, againAfterTroubleMs(record, random()));
      }
      return;
    }
  }

  private async deleteDone(): Promise<void> {
    const { call, queueUrl, report, remaining } = this.parts;
    const handles = this.done.map(({ receiptHandle }) => receiptHandle);
    this.done = [];
    if (handles.length === 0) return;
    try {
      await deleteMessages(call, queueUrl, handles, Math.min(VISIBILITY_MS, Math.max(remaining() / 2, 1)));
    } catch (error) {
      // Lambda deletes them when the batch is over.
      report.problem("delivered events could not be deleted before the rest of their batch", messageOf(error));
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
  return groupBy(records, ({ attributes, messageId }) => attributes.MessageGroupId ?? messageId);
}
