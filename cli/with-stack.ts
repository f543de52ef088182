import type { Admin } from "../receiver/admin";
import { createHostedAdmin } from "../receiver/aws/admin";
import { createAwsCall } from "../receiver/aws/client";
import { send } from "../receiver/aws/http";
import { awsCredentials } from "./aws-credentials";
import { type HostedReceiver, receiversOf, type Stack } from "./stack-outputs";

/** Does something with the receivers on AWS that a stack declares. */
export async function withStack<T>(stack: Stack, work: (admin: Admin) => Promise<T>): Promise<T> {
  return withHostedReceivers(await receiversOf(stack), work);
}

/** The same with receivers that are known already. */
export async function withHostedReceivers<T>(
  receivers: readonly HostedReceiver[],
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const credentials = await awsCredentials();
  const queues = receivers.map(({ region, tableName, ...receiver }) => ({
    ...receiver,
    ...(tableName !== undefined && { table: tableName }),
    call: createAwsCall({ send, region, credentials: () => credentials, environment: process.env }),
  }));
  const dashboards = receivers.flatMap(({ dashboardUrl }) => dashboardUrl ?? []);
  return work(createHostedAdmin({ queues, dashboards, clock: Date.now }));
}
