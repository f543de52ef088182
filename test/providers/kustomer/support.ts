import { expect } from "@jest/globals";
import type { KustomerClient } from "../../../providers/kustomer/client";
import { outboundWebhook } from "../../../providers/kustomer/outbound-webhook";
import type { OutboundWebhookOutputs } from "../../../providers/kustomer/outbound-webhook/fields";
import { validate } from "../../../providers/lifecycle/validate";
import { type KustomerConnection, connectToKustomer } from "../../../providers/kustomer/connection";
import { PartialFailure } from "../../../providers/lifecycle/errors";
import type { Declaration } from "../../../providers/lifecycle/lifecycle";
import { redact } from "../../../providers/lifecycle/secrets";
import { type Settings, settingsFrom } from "../../../providers/lifecycle/settings";
import type { Sandbox, WebhookRecord } from "../../../sandbox";
import { aRun } from "../a-run";

export type WebhookInputs = Parameters<typeof outboundWebhook.create>[1];
export type Webhook = OutboundWebhookOutputs & { readonly id: string };

export const HEADER_SECRET = "a-secret-header-value-4711";
export const MARK = "mark-of-this-one";
export const PROFILES = ["documented", "contrary"] as const;

export function settingsOf(sandbox: Sandbox, more: Record<string, string> = {}): Settings {
  const config: Record<string, string | undefined> = {
    "kustomer:baseUrl": sandbox.url,
    "kustomer:apiKey": sandbox.managementKey,
    "kustomer:timeoutSeconds": "1",
    ...more,
  };
  return settingsFrom((key) => config[key], {});
}

/** What takes ten seconds takes a part of one here. */
const QUICK = { lagMs: 600, looksAfterMs: [0, 50, 150] };

export type Connection = KustomerConnection & { readonly run: ReturnType<typeof aRun> };

/** One run of the engine, which reaches a sandbox. */
export function connect(sandbox: Sandbox, more: Record<string, string> = {}, run = aRun()): Connection {
  return { kustomer: connectToKustomer(settingsOf(sandbox, more), { ...run, timing: QUICK }), run };
}

export function clientOf(sandbox: Sandbox, more: Record<string, string> = {}): KustomerClient {
  return connect(sandbox, more).kustomer;
}

/** Inputs as the engine hands them on: checked, with defaults. */
export function checked(lifecycle: Pick<Declaration, "inputs">, given: object): Record<string, unknown> {
  const { inputs, problems } = validate(lifecycle, { ...given });
  expect(problems).toEqual([]);
  return inputs;
}

export function webhookInputs(given: Partial<WebhookInputs> = {}): WebhookInputs {
  return checked(outboundWebhook, {
    name: "relay",
    url: "https://example.com/hook",
    headers: { "X-Team": "support", "X-Gate": HEADER_SECRET },
    watchSeconds: 0,
    mark: MARK,
    ...given,
  }) as unknown as WebhookInputs;
}

export async function createWebhook(
  connection: KustomerConnection,
  given: Partial<WebhookInputs> = {},
): Promise<Webhook> {
  const { id, outputs } = await outboundWebhook.create(connection, webhookInputs(given));
  return { id, ...outputs };
}

export function only(sandbox: Sandbox): WebhookRecord {
  const [webhook, ...others] = sandbox.webhooks();
  if (webhook === undefined || others.length > 0)
    throw new Error(`expected one webhook, there are ${sandbox.webhooks().length}`);
  return webhook;
}

/** What was asked of the sandbox, in order: `POST /v1/outbound-webhooks`. */
export function calls(sandbox: Sandbox, method?: string): string[] {
  return sandbox.requests
    .filter((request) => method === undefined || request.method === method)
    .map((request) => `${request.method} ${request.path}`);
}

/** The one line a person reads, as it leaves the process; nothing of it is a secret. */
export async function lineOf(sandbox: Sandbox, work: Promise<unknown>): Promise<string> {
  const error = await failureOf(work);
  const line = redact(error.message);
  expect(line).not.toContain("\n");
  expectNoSecret(sandbox, line);
  return line;
}

export function expectNoSecret(sandbox: Sandbox, text: string): void {
  const secrets = [
    sandbox.managementKey,
    sandbox.issuerToken,
    HEADER_SECRET,
    ...sandbox.webhooks().map(({ token }) => token),
  ];
  for (const secret of secrets) expect(text).not.toContain(secret);
}

export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Error)) throw new Error("it was expected to fail, and did not");
  return error;
}

export async function partialFailureOf(work: Promise<unknown>): Promise<PartialFailure<OutboundWebhookOutputs>> {
  const error = await failureOf(work);
  if (!(error instanceof PartialFailure)) throw error;
  return error as PartialFailure<OutboundWebhookOutputs>;
}
