import type { AirkitKind } from "../../airkit/forms";
import type { EventData, Fault, NewKey, WebhookRecord } from "../../types";
import type { Overview } from "../overview";

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`/sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  throw new Error((answer as { error?: string } | undefined)?.error ?? `the sandbox answered ${response.status}`);
}

/** A fault as JSON: a pattern in place of a regular expression. */
export type OrderedFault = Omit<Fault, "on"> & {
  on: { method?: string; pathPattern?: string };
  [key: string]: unknown;
};

/** The sandbox's control endpoints, as the page uses them. */
export const sandbox = {
  overview: () => call("GET", "overview") as Promise<Overview>,
  createWebhook: (fields: Partial<WebhookRecord>) => call("POST", "webhooks", fields) as Promise<WebhookRecord>,
  editWebhook: (id: string, patch: Partial<WebhookRecord>) => call("PATCH", `webhooks/${id}`, patch),
  removeWebhook: (id: string) => call("DELETE", `webhooks/${id}`),
  createKey: (key: NewKey) => call("POST", "keys", key) as Promise<{ token: string; name: string }>,
  revokeKey: (id: string) => call("DELETE", `keys/${id}`),
  send: (name: string, data: EventData) => call("POST", "events", { name, data }) as Promise<{ id: string }>,
  createObject: (kind: AirkitKind, fields: object) => call("POST", `airkit/${kind}`, fields) as Promise<{ id: string }>,
  editObject: (kind: AirkitKind, id: string, patch: object) => call("PATCH", `airkit/${kind}/${id}`, patch),
  removeObject: (kind: AirkitKind, id: string) => call("DELETE", `airkit/${kind}/${id}`),
  order: (fault: OrderedFault) => call("POST", "faults", fault),
  clearFaults: () => call("DELETE", "faults"),
};
