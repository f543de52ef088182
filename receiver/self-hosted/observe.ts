import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock";
import type { Metrics } from "./metrics";
import type { Store } from "./store";

export interface ObserveParts {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Why events could not be taken now; undefined when they can. */
  readonly notReady: () => string | undefined;
}

/** One probe is good for so long: health checks of several balancers must not become a load of writes. */
const PROBE_EVERY_MS = 1_000;

/** /healthz, /readyz and /metrics. Returns false for every other path. */
export function createObserve(
  parts: ObserveParts,
): (request: IncomingMessage, response: ServerResponse, path?: string) => boolean {
  let probedAt = -Infinity;
  let probe: Promise<string | undefined> = Promise.resolve(undefined);
  const storeProblem = (): Promise<string | undefined> => {
    if (performance.now() - probedAt >= PROBE_EVERY_MS) {
      probedAt = performance.now();
      probe = parts.store.probe().then(
        () => undefined,
        () => "the store cannot be written",
      );
    }
    return probe;
  };
  const pages: Record<string, (response: ServerResponse) => Promise<void>> = {
    "/healthz": async (response) => {
      report(response, await storeProblem());
    },
    "/readyz": async (response) => {
      report(response, parts.notReady() ?? (await storeProblem()));
    },
    "/metrics": async (response) => {
      const text = await parts.metrics.text(await parts.store.stats(), parts.clock());
      response.writeHead(200, { "content-type": parts.metrics.registry.contentType }).end(text);
    },
  };
  return (request, response, path = request.url ?? "/") => {
    const page = request.method === "GET" || request.method === "HEAD" ? pages[path] : undefined;
    if (!page) return false;
    page(response).catch(() => {
      report(response, "the store cannot be read");
    });
    return true;
  };
}

function report(response: ServerResponse, problem: string | undefined): void {
  response.writeHead(problem === undefined ? 200 : 503, { "content-type": "application/json" });
  response.end(JSON.stringify(problem === undefined ? { status: "ok" } : { status: "unavailable", problem }));
}
