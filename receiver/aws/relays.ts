import { randomInt } from "node:crypto";
import type { Clock } from "../clock";
import { LIMITS } from "../contract";
import { DELIVERY_DEFAULTS, type Destination, destinationUrlProblem, headersByLowerCaseName } from "../destination";
import { type SigningSecret, signingSecrets } from "../signature";
import { type AwsCall, AwsError } from "./client";

/** A relay as its secret in Secrets Manager says it is. */
export interface Relay {
  readonly name: string;
  readonly secrets: readonly SigningSecret[];
  readonly destination: Destination;
}

export interface RelaysParts {
  readonly call: AwsCall;
  /** Secrets are named `<prefix>/<route>`. */
  readonly prefix: string;
  readonly clock: Clock;
  /** A problem never holds a secret, nor the route. */
  readonly onProblem?: (problem: string) => void;
}

/** `unavailable`: the store did not answer and nothing is known from before; it says nothing about the relay. */
export type Lookup = Relay | "unknown" | "unavailable";

export const ROUTE = /^[A-Za-z0-9_-]{22,64}$/;

const TTL_MS = 300_000;
/** So that the containers which started together do not all ask at once for ever. */
const TTL_JITTER_MS = 60_000;
const UNKNOWN_TTL_MS = 30_000;
const TRY_AGAIN_MS = 15_000;
const FORCED_REFRESH_EVERY_MS = 60_000;
/** Anybody can make routes up, and each would be a request to the store. A known relay never needs one of these. */
const UNKNOWN_LOOKUPS_PER_MINUTE = 60;
const MOST_UNKNOWN_KEPT = 1_000;
const DAY_MS = 24 * 3_600_000;

interface Known {
  readonly relay: Relay | "unknown";
  readonly freshUntil: number;
}

/** The relays' secrets, read when they are needed and kept for some minutes. What cannot be read keeps its last good value. */
export class Relays {
  private readonly known = new Map<string, Known>();
  private readonly reading = new Map<string, Promise<Lookup>>();
  private readonly forcedAt = new Map<string, number>();
  private lookups = { minute: 0, count: 0 };

  constructor(
    private readonly parts: RelaysParts,
    private readonly giveUpAfterMs: number = LIMITS.maxGiveUpDays * DAY_MS,
  ) {}

  get(route: string, timeoutMs: number): Promise<Lookup> {
    if (!ROUTE.test(route)) return Promise.resolve("unknown");
    const known = this.known.get(route);
    if (known && this.parts.clock() < known.freshUntil) return Promise.resolve(known.relay);
    if ((!known || known.relay === "unknown") && !this.mayLookUp()) return Promise.resolve("unavailable");
    return this.read(route, timeoutMs);
  }

  /** After a signature that matched nothing: there may be a newer secret. At most once a minute for each relay. */
  async refreshAfterMismatch(route: string, timeoutMs: number): Promise<Lookup> {
    const now = this.parts.clock();
    const last = this.forcedAt.get(route);
    if (last !== undefined && now - last < FORCED_REFRESH_EVERY_MS) return this.get(route, timeoutMs);
    this.forcedAt.set(route, now);
    return this.read(route, timeoutMs);
  }

  /** One reading of a relay at a time: whoever asks meanwhile shares it. */
  private read(route: string, timeoutMs: number): Promise<Lookup> {
    let reading = this.reading.get(route);
    if (!reading) {
      reading = this.fetch(route, timeoutMs).finally(() => this.reading.delete(route));
      this.reading.set(route, reading);
    }
    return reading;
  }

  private async fetch(route: string, timeoutMs: number): Promise<Lookup> {
    const now = this.parts.clock();
    const before = this.known.get(route)?.relay;
    try {
      const [current, previous] = await Promise.all([
        this.version(route, "AWSCURRENT", timeoutMs),
        this.version(route, "AWSPREVIOUS", timeoutMs),
      ]);
      const relay = current === undefined ? "unknown" : this.relayOf(current, previous);
      return this.keep(route, relay, relay === "unknown" ? UNKNOWN_TTL_MS : TTL_MS + randomInt(TTL_JITTER_MS));
    } catch (error) {
      this.parts.onProblem?.(`Reading a relay's secret: ${withoutRoute(error, route)}`);
      if (before !== undefined && before !== "unknown") return this.keep(route, before, TRY_AGAIN_MS);
      // A role is allowed exactly its relays, so this is also what a route that nobody has looks like.
      if (error instanceof AwsError && error.code.startsWith("AccessDenied")) {
        return this.keep(route, "unknown", UNKNOWN_TTL_MS);
      }
      this.known.delete(route);
      return "unavailable";
    } finally {
      this.forget(now);
    }
  }

  /** Undefined when there is none: the relay is not there, was deleted, or its secret was never changed. */
  private async version(route: string, stage: string, timeoutMs: number): Promise<string | undefined> {
    try {
      const input = { SecretId: `${this.parts.prefix}/${route}`, VersionStage: stage };
      const { SecretString } = await this.parts.call<{ SecretString?: string }>(
        "secretsmanager",
        "GetSecretValue",
        input,
        timeoutMs,
      );
      return SecretString;
    } catch (error) {
      if (error instanceof AwsError && ABSENT.has(error.code)) return undefined;
      throw error;
    }
  }

  private relayOf(current: string, previous: string | undefined): Relay {
    const { relay, signingSecret, destination } = parse(current);
    const name = typeof relay === "string" && relay !== "" ? relay : "unnamed";
    const values = [signingSecret, previous === undefined ? undefined : parse(previous).signingSecret];
    const secrets = signingSecrets(values.filter((value) => typeof value === "string"));
    return { name, secrets, destination: this.destinationOf(name, object(destination)) };
  }

  private destinationOf(name: string, given: Record<string, unknown>): Destination {
    const { url, headers, timeoutSeconds, allowLoopbackHttp } = given;
    if (typeof url !== "string") throw new Error("it names no destination.url");
    const problem = destinationUrlProblem(url, allowLoopbackHttp === true);
    if (problem !== undefined) throw new Error(`its destination.url ${problem}`);
    const texts = Object.entries(object(headers)).filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string";
    });
    return {
      ...DELIVERY_DEFAULTS,
      name,
      url,
      headers: headersByLowerCaseName(Object.fromEntries(texts)),
      ...(typeof timeoutSeconds === "number" && { timeoutMs: timeoutSeconds * 1000 }),
      backoff: BACKOFF,
      giveUpAfterMs: this.giveUpAfterMs,
    };
  }

  private keep(route: string, relay: Relay | "unknown", forMs: number): Relay | "unknown" {
    this.known.set(route, { relay, freshUntil: this.parts.clock() + forMs });
    return relay;
  }

  private mayLookUp(): boolean {
    const minute = Math.floor(this.parts.clock() / 60_000);
    if (minute !== this.lookups.minute) this.lookups = { minute, count: 0 };
    this.lookups.count += 1;
    return this.lookups.count <= UNKNOWN_LOOKUPS_PER_MINUTE;
  }

  private forget(now: number): void {
    if (this.known.size <= MOST_UNKNOWN_KEPT) return;
    for (const [route, { relay, freshUntil }] of this.known) {
      if (relay === "unknown" && freshUntil <= now) this.known.delete(route);
    }
  }
}

/**
 * Up to half an hour, where the self-hosted receiver goes up to ten minutes: each try is a receive, and a queue moves a message to
 * the dead letters by itself after a thousand of them at most. So it lasts for the thirteen days.
 */
export const BACKOFF = { firstMs: 1_000, maxMs: 1_800_000 };

const ABSENT = new Set(["ResourceNotFoundException", "InvalidRequestException"]);

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The error that JSON.parse makes repeats a part of the text.
    throw new Error("it is not JSON");
  }
  return object(value);
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function withoutRoute(error: unknown, route: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(route, "…");
}
