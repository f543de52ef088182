import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { normalPath } from "../relay-path";
import type { Health } from "./health";

export interface ObserveParts {
  readonly relays: readonly {
    readonly name: string;
    readonly path: string;
    readonly controlsFile?: string | undefined;
  }[];
  /** Looks whether events would be taken, by writing. */
  readonly probe: () => Promise<Health>;
  readonly isStopping: () => boolean;
  /** What a relay still has to wait for before its events can be taken. */
  readonly missing: (relay: string) => string | undefined;
  /** What is worth knowing of a relay although it takes events. */
  readonly noteOn: (relay: string) => string | undefined;
  /** What somebody has set above what is declared, a sentence each: a program asks, before it changes what is declared. */
  readonly overridesOf: (relay: string) => readonly string[];
  /** Prometheus' text, and its content type. */
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

type Page = (response: ServerResponse) => Promise<void>;

/** What can be asked of a receiver about itself: without names beside the webhook, with all details on a listener of their own. */
export class Observe {
  private readonly probe: () => Promise<Health>;

  constructor(private readonly parts: ObserveParts) {
    this.probe = shared(parts.probe);
  }

  /**
   * For whoever can reach the webhook: a word and a status. `/livez`: the process answers. `/healthz`: events of at least one
   * relay are taken, so a balancer may send them here. A relay's path with `/healthz` after it: this relay's are.
   */
  readonly besideWebhook = (request: IncomingMessage, response: ServerResponse, path: string): boolean => {
    return answer(request, response, this.bare(path));
  };

  /** For who looks after it: the same with reasons, `/readyz`, where every relay counts, and `/metrics`. */
  detailsServer(): Server {
    const pages: Readonly<Record<string, Page>> = {
      "/livez": alive,
      "/healthz": (response) => this.details(response, (problems) => problems.every(isGiven)),
      "/readyz": (response) => this.details(response, (problems) => problems.some(isGiven)),
      "/metrics": async (response) => {
        const { text, contentType } = await this.parts.metrics();
        response.writeHead(200, { "content-type": contentType }).end(text);
      },
    };
    return createServer((request, response) => {
      const [path = ""] = (request.url ?? "").split("?", 1);
      if (!answer(request, response, Object.hasOwn(pages, path) ? pages[path] : undefined))
        response.writeHead(404).end();
    });
  }

  private bare(path: string): Page | undefined {
    if (path === "/livez") return alive;
    if (path === "/healthz")
      return async (response) => {
        say(response, (await this.problems()).every(isGiven));
      };
    const relay = this.parts.relays.findIndex((one) => path === `${normalPath(one.path).replace(/\/$/, "")}/healthz`);
    if (relay < 0) return undefined;
    return async (response) => {
      say(response, isGiven((await this.problems())[relay]));
    };
  }

  private async details(response: ServerResponse, isUnavailable: (problems: Problems) => boolean): Promise<void> {
    const problems = await this.problems();
    const relays = this.parts.relays.map(({ name, controlsFile }, index) => {
      const problem = problems[index];
      const note = this.parts.noteOn(name);
      const overrides = this.parts.overridesOf(name);
      return {
        relay: name,
        status: word(isGiven(problem)),
        ...(isGiven(problem) && { problem }),
        ...(isGiven(note) && { note }),
        ...(isGiven(controlsFile) && { controlsFile }),
        ...(overrides.length > 0 && { overrides }),
      };
    });
    const [first] = relays.filter(({ problem }) => isGiven(problem));
    say(response, isUnavailable(problems), { ...(first && { problem: first.problem }), relays });
  }

  /** For each relay why its events would be answered 503; undefined where they are taken. */
  private async problems(): Promise<Problems> {
    const { relays, isStopping, missing } = this.parts;
    if (isStopping()) return relays.map(() => "the receiver is stopping");
    const health = await this.probe();
    return relays.map(({ name }) => {
      return health.problem ?? health.relays[name] ?? missing(name);
    });
  }
}

type Problems = readonly (string | undefined)[];

const isGiven = (problem: string | undefined): problem is string => problem !== undefined;

/** One probe is good for so long: health checks of several balancers must not become a load of writes. */
const PROBE_EVERY_MS = 1_000;

function shared<T>(probe: () => Promise<T>): () => Promise<T> {
  let at = -Infinity;
  let last: Promise<T> | undefined;
  return () => {
    if (last && performance.now() - at < PROBE_EVERY_MS) return last;
    at = performance.now();
    last = probe();
    return last;
  };
}

const alive: Page = (response) => {
  say(response, false);
  return Promise.resolve();
};

function answer(request: IncomingMessage, response: ServerResponse, page: Page | undefined): boolean {
  if (!page || (request.method !== "GET" && request.method !== "HEAD")) return false;
  page(response).catch(() => {
    say(response, true);
  });
  return true;
}

function word(isUnavailable: boolean): string {
  return isUnavailable ? "unavailable" : "ok";
}

function say(response: ServerResponse, isUnavailable: boolean, more: object = {}): void {
  response.writeHead(isUnavailable ? 503 : 200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ status: word(isUnavailable), ...more }));
}
