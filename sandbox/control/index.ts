import * as z from "zod";
import type { Answer, Incoming, Params, Route } from "../http";
import { findRoute, isLoopback, parseJson } from "../http";
import { type Methods, NoSuchThing } from "../methods";
import { overviewOf } from "../page/overview";
import { airkitFields, airkitKind, keyPatch, newEvent, newFault, newKey, newSecret, webhookFields } from "./input";

type Handler = (request: { body: unknown; params: Params; query: URLSearchParams }) => unknown;

/** The sandbox's methods over HTTP, so that another process or a person with curl can drive it. */
export class Control {
  readonly #routes: Route<Handler>[];

  constructor(methods: Methods) {
    this.#routes = routesOf(methods);
  }

  async handle(incoming: Incoming): Promise<Answer> {
    if (!isFromThisMachine(incoming)) return refusal(403, "Only programs on this machine may drive the sandbox.");
    const match = findRoute(this.#routes, incoming.method, incoming.path);
    if (match === undefined) return refusal(404, `The sandbox has no ${incoming.method} ${incoming.path}.`);
    try {
      const { query, raw } = incoming;
      const result = await match.route.handler({ body: parseJson(raw), params: match.params, query });
      return result === undefined ? { status: 204 } : { status: 200, body: result };
    } catch (error) {
      if (error instanceof z.ZodError) return refusal(400, z.prettifyError(error));
      if (error instanceof NoSuchThing) return refusal(404, error.message);
      return refusal(409, error instanceof Error ? error.message : String(error));
    }
  }
}

function routesOf(methods: Methods): Route<Handler>[] {
  const route = (method: string, pattern: string, handler: Handler): Route<Handler> => ({ method, pattern, handler });
  const id = ({ params }: { params: Params }): string => params.id ?? "";
  return [
    route("GET", "/sandbox/overview", () => overviewOf(methods)),
    route("GET", "/sandbox/requests", () => methods.requests),
    route("DELETE", "/sandbox/requests", () => {
      methods.clearRequests();
    }),
    route("GET", "/sandbox/webhooks", () => methods.webhooks()),
    route("POST", "/sandbox/webhooks", ({ body }) => methods.createWebhook(webhookFields.parse(body))),
    route("PATCH", "/sandbox/webhooks/:id", (request) =>
      methods.editWebhook(id(request), webhookFields.parse(request.body)),
    ),
    route("DELETE", "/sandbox/webhooks/:id", (request) => {
      methods.removeWebhook(id(request));
    }),
    route("GET", "/sandbox/keys", () => methods.keys()),
    route("POST", "/sandbox/keys", ({ body }) => methods.createKey(newKey.parse(body))),
    route("PATCH", "/sandbox/keys/:id", (request) => methods.editKey(id(request), keyPatch.parse(request.body))),
    route("DELETE", "/sandbox/keys/:id", (request) => {
      methods.revokeKey(id(request));
    }),
    route("POST", "/sandbox/faults", ({ body }) => {
      methods.fault(newFault.parse(body));
    }),
    route("DELETE", "/sandbox/faults", () => {
      methods.clearFaults();
    }),
    route("POST", "/sandbox/events", async ({ body }) => {
      const { name, data } = newEvent.parse(body);
      return { id: await methods.send(name, data) };
    }),
    route("GET", "/sandbox/transactions", ({ query }) => methods.transactions(query.get("webhookId") ?? undefined)),
    route("GET", "/sandbox/deliveries", () => methods.deliveries()),
    route("GET", "/sandbox/received", () => methods.received()),
    route("POST", "/sandbox/secrets", ({ body }) => {
      const { resourceId, secret } = newSecret.parse(body);
      methods.expectSecret(resourceId, secret);
    }),
    route("DELETE", "/sandbox/secrets/:id", (request) => {
      methods.forgetSecrets(id(request));
    }),
    route("GET", "/sandbox/airkit/:kind", ({ params }) => methods.airkitObjects(airkitKind.parse(params.kind))),
    route("POST", "/sandbox/airkit/:kind", ({ params, body }) =>
      methods.createAirkitObject(airkitKind.parse(params.kind), airkitFields.parse(body)),
    ),
    route("PATCH", "/sandbox/airkit/:kind/:id", (request) =>
      methods.editAirkitObject(airkitKind.parse(request.params.kind), id(request), airkitFields.parse(request.body)),
    ),
    route("DELETE", "/sandbox/airkit/:kind/:id", (request) => {
      methods.removeAirkitObject(airkitKind.parse(request.params.kind), id(request));
    }),
    route("GET", "/sandbox/peak-requests-per-window", () => ({ requests: methods.peakRequestsPerWindow() })),
  ];
}

/** Control needs no key, so no web page that is open in a browser here may get through, but for the sandbox's own. */
function isFromThisMachine({ headers }: Incoming): boolean {
  const own = `http://${headers.host ?? ""}`;
  const isOurs = headers.origin === undefined || headers.origin === own;
  return isOurs && isLoopback(URL.parse(own)?.hostname ?? "");
}

const refusal = (status: number, message: string): Answer => ({ status, body: { error: message } });
