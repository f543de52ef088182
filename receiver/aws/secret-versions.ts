import type { Clock } from "../clock";
import { LIMITS } from "../contract";
import { type AwsCall, AwsError } from "./client";

export type SecretVersionLabel = "AWSCURRENT" | "AWSPREVIOUS";

interface Listed {
  readonly VersionId: string;
  readonly VersionStages?: readonly string[];
  /** In seconds. */
  readonly CreatedDate: number;
}

/** Kustomer sends an event for the last time so long after it signed it. */
const STILL_COMING_MS = LIMITS.leastMaxAgeMinutes * 60_000;
/** The value of a secret changes with every control and header, too; more changes than these in an hour are nobody's habit. */
const MOST_SUPERSEDED = 8;
/** Of a hundred versions each; a secret has not many more. */
const MOST_PAGES = 3;

/** The versions of secrets in Secrets Manager. */
export class SecretVersions {
  constructor(
    private readonly call: AwsCall,
    private readonly clock: Clock,
  ) {}

  /** Undefined when there is none: the secret is not there, was deleted, or was never changed. */
  async labelled(secretId: string, label: SecretVersionLabel, timeoutMs: number): Promise<string | undefined> {
    return this.read({ SecretId: secretId, VersionStage: label }, timeoutMs);
  }

  /**
   * What was neither current nor previous any more after a second change, while events that it signed may still come: the
   * latest first. A version without a label stays readable for a day at least (documented). Two steps share the time.
   */
  async superseded(secretId: string, timeoutMs: number): Promise<string[]> {
    const versions = await this.list(secretId, timeoutMs / 2);
    // What has a label is the latest, also where several changes came within one tick of the service's clock.
    const latestFirst = versions.toSorted(
      (a, b) => Number(isLabelled(b)) - Number(isLabelled(a)) || b.CreatedDate - a.CreatedDate,
    );
    const since = this.clock() - STILL_COMING_MS;
    const wanted = latestFirst.filter((version, index) => {
      const replacedAt = latestFirst[index - 1]?.CreatedDate;
      return !isLabelled(version) && replacedAt !== undefined && replacedAt * 1000 >= since;
    });
    const texts = await Promise.all(
      wanted
        .slice(0, MOST_SUPERSEDED)
        .map(({ VersionId }) => this.read({ SecretId: secretId, VersionId }, timeoutMs / 2)),
    );
    return texts.filter((text) => text !== undefined);
  }

  private async list(secretId: string, timeoutMs: number): Promise<Listed[]> {
    const end = performance.now() + timeoutMs;
    const found: Listed[] = [];
    let from: { readonly NextToken?: string } = {};
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { Versions = [], NextToken } = await this.call<{ Versions?: readonly Listed[]; NextToken?: string }>(
        "secretsmanager",
        "ListSecretVersionIds",
        { SecretId: secretId, IncludeDeprecated: true, MaxResults: 100, ...from },
        Math.max(1, end - performance.now()),
      );
      found.push(...Versions);
      if (!NextToken) break;
      from = { NextToken };
    }
    return found;
  }

  private async read(which: Readonly<Record<string, string>>, timeoutMs: number): Promise<string | undefined> {
    try {
      const { SecretString } = await this.call<{ SecretString?: string }>(
        "secretsmanager",
        "GetSecretValue",
        which,
        timeoutMs,
      );
      return SecretString;
    } catch (error) {
      if (error instanceof AwsError && ABSENT.has(error.code)) return undefined;
      throw error;
    }
  }
}

function isLabelled({ VersionStages = [] }: Listed): boolean {
  return VersionStages.length > 0;
}

const ABSENT = new Set(["ResourceNotFoundException", "InvalidRequestException"]);
