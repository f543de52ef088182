import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { request } from "undici";
import { signedEvent, type SignedEvent } from "../../../lab/chaos/event";
import type { ReceiverConfig } from "../../../receiver/self-hosted/config";
import { createLog } from "../../../receiver/self-hosted/logs";
import { type LocalReceiver, type ReceiverOptions, startReceiver } from "../../../receiver/self-hosted/receiver";
import { SECRET } from "./config";

/** A thread runs what is built. */
export const STORE_WORKER = join(__dirname, "../../../dist/receiver/self-hosted/store-thread/worker.js");

const running = new Set<LocalReceiver>();

afterEach(async () => {
  await Promise.all([...running].map((receiver) => receiver.stop()));
  running.clear();
});

export interface TestReceiver extends LocalReceiver {
  /** Every log line, to look for what should and should not be there. */
  readonly logged: readonly string[];
}

/** The real receiver in this process, stopped after the test. */
export async function testReceiver(config: ReceiverConfig, options: ReceiverOptions = {}): Promise<TestReceiver> {
  const logged: string[] = [];
  const log = createLog("debug", { write: (line) => void logged.push(line) });
  const receiver = await startReceiver(config, { log, storeWorker: STORE_WORKER, ...options });
  running.add(receiver);
  return { ...receiver, logged };
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

export async function post(
  url: string,
  body: Uint8Array | string,
  headers: Record<string, string>,
  method = "POST",
): Promise<Answer> {
  const answer = await request(url, { method: method as "POST", body: method === "GET" ? null : body, headers });
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
}

export async function get(url: string): Promise<Answer> {
  return post(url, "", {}, "GET");
}

export function send(receiver: { readonly url: string }, event: SignedEvent): Promise<Answer> {
  return post(`${receiver.url}/kustomer`, event.body, { ...event.headers });
}

let numbers = 0;

export function someEvent(conversation = 1, bytes = 400, secret = SECRET): SignedEvent {
  return signedEvent((numbers += 1), conversation, secret, bytes);
}
