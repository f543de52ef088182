import type { Credentials } from "./client";
import type { Level } from "./log";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What Lambda gives to every function. */
export interface Platform {
  readonly region: string;
  readonly credentials: () => Credentials;
}

/** Reads a function's variables, and reports all that are wrong at once. */
export class Variables {
  private readonly problems: string[] = [];

  constructor(private readonly environment: Environment) {}

  text(name: string): string {
    const value = this.environment[name];
    if (value !== undefined && value !== "") return value;
    this.problems.push(`${name} is not set`);
    return "";
  }

  number(name: string, otherwise: number, least: number, most: number): number {
    const value = this.environment[name];
    if (value === undefined || value === "") return otherwise;
    const number = Number(value);
    if (number >= least && number <= most) return number;
    this.problems.push(`${name} is ${value}, and should be a number from ${least} to ${most}`);
    return otherwise;
  }

  level(): Level {
    const value = this.environment.RELAY_LOG_LEVEL ?? "info";
    if (value === "debug" || value === "info" || value === "warn" || value === "error") return value;
    this.problems.push(`RELAY_LOG_LEVEL is ${value}, and should be debug, info, warn or error`);
    return "info";
  }

  platform(): Platform {
    const region = this.text("AWS_REGION");
    const accessKeyId = this.text("AWS_ACCESS_KEY_ID");
    const secretAccessKey = this.text("AWS_SECRET_ACCESS_KEY");
    const sessionToken = this.environment.AWS_SESSION_TOKEN;
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    return { region, credentials: () => credentials };
  }

  /** Call it when everything has been read. */
  check(): void {
    if (this.problems.length === 0) return;
    throw new Error(`The function's environment: ${this.problems.join("; ")}.`);
  }
}
