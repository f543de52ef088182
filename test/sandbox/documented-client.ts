import { createHmac } from "node:crypto";

/** A client that knows Kustomer's documentation and nothing else: a witness that the sandbox is not its own judge. */
export class DocumentedClient {
  constructor(
    private readonly baseUrl: string,
    private readonly key: string,
  ) {}

  async listWebhooks(): Promise<Resource[]> {
    return asList(await this.#call("GET", "/v1/outbound-webhooks"));
  }

  async createWebhook(fields: WebhookFields): Promise<Resource> {
    return asResource(await this.#call("POST", "/v1/outbound-webhooks", fields));
  }

  async getWebhook(id: string): Promise<Resource | undefined> {
    const answer = await this.#call("GET", `/v1/outbound-webhooks/${id}`, undefined, [404]);
    return answer === "404" ? undefined : asResource(answer);
  }

  /** Every writable field is sent, because no document says whether PATCH merges. */
  async updateWebhook(id: string, fields: Required<WebhookFields>): Promise<void> {
    await this.#call("PATCH", `/v1/outbound-webhooks/${id}`, fields);
  }

  async deleteWebhook(id: string): Promise<void> {
    await this.#call("DELETE", `/v1/outbound-webhooks/${id}`);
  }

  async subscribableEvents(): Promise<string[]> {
    const answer = (await this.#call("GET", "/v1/outbound-webhooks/events")) as { events: string[] };
    return answer.events;
  }

  async transactions(id: string): Promise<Resource[]> {
    return asList(await this.#call("GET", `/v1/outbound-webhooks/${id}/transactions`));
  }

  async currentKey(): Promise<Resource> {
    return asResource(await this.#call("GET", "/v1/auth/tokens/current"));
  }

  /** Follows the relative `next` links to the end. */
  async apiKeys(): Promise<Resource[]> {
    const keys: Resource[] = [];
    let next: string | null = "/v1/auth/tokens?userType=machine&page=1&pageSize=2";
    while (next !== null) {
      const answer = (await this.#call("GET", next)) as { links: { next: string | null } };
      keys.push(...asList(answer));
      next = answer.links.next;
    }
    return keys;
  }

  async revokeKey(id: string): Promise<void> {
    await this.#call("DELETE", `/v1/auth/tokens/${id}`);
  }

  async #call(method: string, path: string, body?: unknown, expected: number[] = []): Promise<unknown> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (expected.includes(response.status)) return String(response.status);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${firstError(text)}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}

export interface WebhookFields {
  name: string;
  url: string;
  events: string[];
  headers?: { name: string; value: string }[];
  enabled?: boolean;
}

export interface Resource {
  id: string;
  attributes: Record<string, unknown>;
}

const asResource = (answer: unknown): Resource => (answer as { data: Resource }).data;
const asList = (answer: unknown): Resource[] => (answer as { data: Resource[] }).data;

/** Both documented error shapes, or no body at all. */
function firstError(text: string): string {
  if (text === "") return "";
  const [error] = (JSON.parse(text) as { errors: { message?: string; detail?: string; title?: string }[] }).errors;
  return error?.message ?? error?.detail ?? error?.title ?? "";
}

/** As Kustomer's documentation verifies a delivery. */
export const signatureOf = (body: Buffer, token: string): string =>
  createHmac("sha256", token).update(body).digest("hex");
