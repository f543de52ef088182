import { randomInt } from "node:crypto";
import type { Clock } from "../clock";
import { LIMITS } from "../contract";
import { type Controls, controlsFrom } from "../controls";
import {
  DELIVERY_DEFAULTS,
  type Destination,
  destinationHeaderProblems,
  destinationUrlProblem,
  headersByLowerCaseName,
} from "../destination";
import { messageOf } from "../errors";
import { compileFilter, type Filter, filterProblems, type FilterRule } from "../filter";
import { type SigningSecret, signingSecrets } from "../signature";
import type { AwsCall } from "./client";
import { SecretVersions } from "./secret-versions";

/** A relay as its secret in Secrets Manager says it is. */
export interface Relay {
  readonly name: string;
  readonly secrets: readonly SigningSecret[];
  readonly destination: Destination;
  readonly controls: Controls;
  readonly filter?: Filter;
}

export interface RelaysParts {
  readonly call: AwsCall;
  /** Secrets are named `<prefix>/<route>`. */
  readonly prefix: string;
  readonly clock: Clock;
  /** A problem never holds a secret, nor the route. */
  readonly onProblem?: (problem: string) => void;
}

/** `unknown`: there is no secret. `unavailable`: it could not be read, and nothing is known from before. */
export type Lookup = Relay | "unknown" | "unavailable";

const TTL_MS = 300_000;
/** So that the containers which started together do not all ask at once for ever. */
const TTL_JITTER_MS = 60_000;
/** What was known before is used for so long, or it is said for so long that nothing is: a failure costs no call a request. */
const TRY_AGAIN_MS = 15_000;
const TRY_AGAIN_WITHOUT_MS = 5_000;
const FORCED_REFRESH_EVERY_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

interface Known {
  readonly relay: Lookup;
  readonly freshUntil: number;
}

/**
 * The relays' secrets, read when they are needed and kept for some minutes. What cannot be read keeps its last good value. Ask only
 * for routes that are known to be the receiver's: every relay has its own allowance of readings, and a made-up one would, too.
 */
export class Relays {
  private readonly known = new Map<string, Known>();
  private readonly reading = new Map<string, Promise<Lookup>>();
  private readonly readingAll = new Map<string, Promise<Lookup>>();
  private readonly forcedAt = new Map<string, number>();
  private readonly versions: SecretVersions;

  constructor(
    private readonly parts: RelaysParts,
    private readonly giveUpAfterMs: number = LIMITS.maxGiveUpDays * DAY_MS,
  ) {
    this.versions = new SecretVersions(parts.call, parts.clock);
  }

  get(route: string, timeoutMs: number): Promise<Lookup> {
    const known = this.known.get(route);
    if (known && this.parts.clock() < known.freshUntil) return Promise.resolve(known.relay);
    return this.read(route, timeoutMs);
  }

  /**
   * After a signature that matched nothing: there may be a newer secret, or one that two changes in a short time have left
   * behind. At most once a minute for each relay.
   */
  async refreshAfterMismatch(route: string, timeoutMs: number): Promise<Lookup> {
    const now = this.parts.clock();
    const last = this.forcedAt.get(route);
    if (last !== undefined && now - last < FORCED_REFRESH_EVERY_MS) return this.get(route, timeoutMs);
    this.forcedAt.set(route, now);
    return this.read(route, timeoutMs, true);
  }

  /** One reading of its kind at a time for a relay: whoever asks meanwhile shares it. */
  private read(route: string, timeoutMs: number, alsoSuperseded = false): Promise<Lookup> {
    const readings = alsoSuperseded ? this.readingAll : this.reading;
    let reading = readings.get(route);
    if (!reading) {
      reading = this.fetch(route, timeoutMs, alsoSuperseded).finally(() => readings.delete(route));
      readings.set(route, reading);
    }
    return reading;
  }

  private async fetch(route: string, timeoutMs: number, alsoSuperseded: boolean): Promise<Lookup> {
    const before = this.known.get(route)?.relay;
    const secret = this.secretOf(route);
    try {
      const [current, previous, superseded] = await Promise.all([
        this.versions.labelled(secret, "AWSCURRENT", timeoutMs),
        this.versions.labelled(secret, "AWSPREVIOUS", timeoutMs),
        alsoSuperseded ? this.superseded(route, timeoutMs) : [],
      ]);
      if (current !== undefined)
        return this.keep(
          route,
          this.relayOf(current, [previous ?? [], superseded].flat()),
          TTL_MS + randomInt(TTL_JITTER_MS),
        );
      this.parts.onProblem?.("Reading a relay's secret: it is not there");
      return this.keep(route, "unknown", TRY_AGAIN_WITHOUT_MS);
    } catch (error) {
      this.parts.onProblem?.(`Reading a relay's secret: ${withoutRoute(error, route)}`);
      if (typeof before === "object") return this.keep(route, before, TRY_AGAIN_MS);
      return this.keep(route, "unavailable", TRY_AGAIN_WITHOUT_MS);
    }
  }

  /** What else events may still be signed with. That it cannot be told hinders nothing that the labelled versions verify. */
  private async superseded(route: string, timeoutMs: number): Promise<string[]> {
    try {
      return await this.versions.superseded(this.secretOf(route), timeoutMs);
    } catch (error) {
      this.parts.onProblem?.(`Reading the former versions of a relay's secret: ${withoutRoute(error, route)}`);
      return [];
    }
  }

  private secretOf(route: string): string {
    return `${this.parts.prefix}/${route}`;
  }

  private relayOf(current: string, former: readonly string[]): Relay {
    const { relay, signingSecret, destination, controls } = parse(current);
    const name = typeof relay === "string" && relay !== "" ? relay : "unnamed";
    const values = [signingSecret, ...former.map((text) => this.formerSecret(text, name))];
    const secrets = signingSecrets(values.filter((value) => typeof value === "string"));
    return {
      name,
      secrets,
      destination: this.destinationOf(name, object(destination)),
      controls: controlsFrom(controls),
      ...filterIn(object(controls)),
    };
  }

  /** What was broken and has been put right must not keep what is right from being used. */
  private formerSecret(text: string, relay: string): unknown {
    try {
      return parse(text).signingSecret;
    } catch (error) {
      this.parts.onProblem?.(`Reading a former version of the secret of relay ${relay}: ${messageOf(error)}`);
      return undefined;
    }
  }

  private destinationOf(name: string, settings: Record<string, unknown>): Destination {
    const { url, headers, timeoutSeconds, keepAnswerExcerpt, allowLoopbackHttp } = settings;
    if (typeof url !== "string") throw new Error("it names no destination.url");
    const problem = destinationUrlProblem(url, allowLoopbackHttp === true);
    if (problem !== undefined) throw new Error(`its destination.url ${problem}`);
    const given = object(headers);
    const [wrong] = destinationHeaderProblems(given);
    if (wrong) throw new Error(`its destination's header ${wrong.name} ${wrong.problem}`);
    return {
      ...DELIVERY_DEFAULTS,
      name,
      url,
      headers: headersByLowerCaseName(given as Record<string, string>),
      ...(typeof timeoutSeconds === "number" && { timeoutMs: timeoutSeconds * 1000 }),
      ...(typeof keepAnswerExcerpt === "boolean" && { keepAnswerExcerpt }),
      backoff: BACKOFF,
      giveUpAfterMs: this.giveUpAfterMs,
    };
  }

  private keep(route: string, relay: Lookup, forMs: number): Lookup {
    this.known.set(route, { relay, freshUntil: this.parts.clock() + forMs });
    return relay;
  }
}

/**
 * Up to half an hour, where the self-hosted receiver goes up to ten minutes: each try is a receive, and a queue moves a message to
 * the dead letters by itself after a thousand of them at most. So it lasts for the thirteen days.
 */
export const BACKOFF = { firstMs: 1_000, maxMs: 1_800_000 };

/** A filter that is none is no reason to let everything go on: it was looked at before it was stored. */
function filterIn({ filter }: Record<string, unknown>): { filter?: Filter } {
  if (filter === undefined) return {};
  const [wrong] = filterProblems(filter);
  if (wrong) throw new Error(`its filter at ${wrong.path.join(".")}: ${wrong.problem}`);
  return { filter: compileFilter(filter as FilterRule[]) };
}

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
