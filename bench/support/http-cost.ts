import { Pool } from "undici";
import type { BenchSandbox } from "./sandbox";

/** As many at once as the package sends. */
const CONCURRENCY = 8;
const WEBHOOKS = "/v1/outbound-webhooks";

/** A request as the sandbox logs it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
}

export interface HttpCost {
  readonly upCreateHttpSeconds: number;
  readonly refreshHttpSeconds: number;
  readonly destroyHttpSeconds: number;
}

/** What the requests alone cost: those of a creation again, one read of each webhook, one delete of each, with no engine around. */
export async function costOfRequests(sandbox: BenchSandbox, creation: readonly LoggedRequest[]): Promise<HttpCost> {
  const pool = new Pool(sandbox.url, { connections: CONCURRENCY });
  try {
    const send = async ({ method, path, query, body }: LoggedRequest): Promise<unknown> => {
      const answer = await pool.request({
        method: method,
        path: query === undefined ? path : `${path}?${query.replace(/^\?/, "")}`,
        headers: { authorization: `Bearer ${sandbox.managementKey}`, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    };
    const secondsOf = async (requests: readonly LoggedRequest[]): Promise<number> => {
      const waiting = [...requests];
      const started = performance.now();
      const worker = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next);
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, worker));
      return Math.round(performance.now() - started) / 1000;
    };

    const upCreateHttpSeconds = await secondsOf(creation);
    const { data } = (await send({ method: "GET", path: WEBHOOKS })) as { data: { id: string }[] };
    const each = (method: string): LoggedRequest[] => data.map(({ id }) => ({ method, path: `${WEBHOOKS}/${id}` }));
    return {
      upCreateHttpSeconds,
      refreshHttpSeconds: await secondsOf(each("GET")),
      destroyHttpSeconds: await secondsOf(each("DELETE")),
    };
  } finally {
    await pool.close();
  }
}
