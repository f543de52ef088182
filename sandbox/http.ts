import type { IncomingHttpHeaders } from "node:http";

/** A request whose body has arrived. */
export interface Incoming {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  raw: Buffer;
}

export interface Answer {
  status: number;
  /** Sent as JSON; no body when left out. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The webhook that was created or updated, for the faults that strike later. */
  webhookId?: string;
}

/** Thrown by an operation that will not do what was asked. */
export class Refused extends Error {
  constructor(readonly answer: Answer) {
    super(`refused with status ${answer.status}`);
  }
}

export interface Route<Handler> {
  method: string;
  /** Segments that begin with a colon are parameters. */
  pattern: string;
  handler: Handler;
}

export type Params = Record<string, string>;

/** The first route that fits; more specific patterns therefore come first. */
export function findRoute<R extends Route<unknown>>(
  routes: readonly R[],
  method: string,
  path: string,
): { route: R; params: Params } | undefined {
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.pattern, path) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Params = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith(":") && value !== "") params[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}

export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}

/** The JSON value of a body, or undefined when it is none. */
export function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
