import { randomUUID } from "node:crypto";

export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly attributes: Record<string, { DataType: string; StringValue: string }>;
  readonly sentAt: number;
  hiddenUntil: number;
  receives: number;
  handle: string;
}

const DEDUPLICATION_MS = 300_000;

/** The rules of a FIFO queue that both AWS's documents and the local engines agree on. */
export class FakeQueue {
  messages: StoredMessage[] = [];
  private readonly seen = new Map<string, { readonly id: string; readonly at: number }>();

  constructor(private readonly clock: () => number) {}

  send(input: Record<string, unknown>): { MessageId: string } {
    const deduplicationId = String(input.MessageDeduplicationId);
    const known = this.seen.get(deduplicationId);
    if (known && this.clock() - known.at < DEDUPLICATION_MS) return { MessageId: known.id };
    const id = randomUUID();
    this.seen.set(deduplicationId, { id, at: this.clock() });
    this.messages.push({
      id,
      body: String(input.MessageBody),
      groupId: String(input.MessageGroupId),
      deduplicationId,
      attributes: input.MessageAttributes as StoredMessage["attributes"],
      sentAt: this.clock(),
      hiddenUntil: 0,
      receives: 0,
      handle: "",
    });
    return { MessageId: id };
  }

  /** In order; nothing of a group of which anything is hidden. */
  receive(most: number, visibilityMs: number): StoredMessage[] {
    const now = this.clock();
    const blocked = new Set(this.messages.filter((one) => one.hiddenUntil > now).map((one) => one.groupId));
    const taken = this.messages.filter((one) => !blocked.has(one.groupId)).slice(0, most);
    for (const message of taken) {
      message.hiddenUntil = now + visibilityMs;
      message.receives += 1;
      message.handle = randomUUID();
    }
    return taken;
  }

  hide(handle: string, ms: number): boolean {
    const message = this.messages.find((one) => one.handle === handle);
    if (message) message.hiddenUntil = this.clock() + ms;
    return message !== undefined;
  }

  remove(handle: string): boolean {
    const before = this.messages.length;
    this.messages = this.messages.filter((one) => one.handle !== handle);
    return this.messages.length < before;
  }
}
