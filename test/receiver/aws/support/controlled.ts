import { expect } from "@jest/globals";
import { signedEvent } from "../../../../lab/chaos/event";
import { createHostedAdmin } from "../../../../receiver/aws/admin";
import { createAwsCall } from "../../../../receiver/aws/client";
import { send } from "../../../../receiver/aws/http";
import type { Admin } from "../../../../receiver/admin";
import type { DeclaredControls } from "../../../../receiver/contract";
import { type Hosted, SECRET, urlEvent } from "./hosted";

export const CREDENTIALS = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" };

/** What the commands use, with what a stack's outputs say. */
export function adminOf({ aws, environment }: Hosted, declared: DeclaredControls = {}): Admin {
  const { queueUrl, deadLetterQueueUrl, clock } = aws;
  const call = createAwsCall({ send, region: "eu-west-1", credentials: () => CREDENTIALS, environment });
  const { paused = false, maxPerSecond } = declared;
  const relays = [{ name: "support", declared: { paused, maxPerSecond } }];
  const queues = [{ name: "support", queueUrl, deadLetterQueueUrl, table: "claims", relays, call }];
  return createHostedAdmin({ queues, dashboards: [], clock });
}

let numbers = 0;

export async function take(receiver: Hosted, count = 1, conversation = 1): Promise<string[]> {
  const intake = receiver.intake();
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const event = signedEvent((numbers += 1), conversation, SECRET);
    expect((await intake(urlEvent(receiver.route, event))).statusCode).toBe(200);
    ids.push(event.id);
  }
  return ids;
}
