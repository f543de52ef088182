import { LOG_LEVELS, type LogLevel, VARIABLES, type VariableName } from "../contract";
import type { Credentials } from "./client";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What Lambda gives to every function. */
export interface Platform {
  readonly region: string;
  readonly credentials: () => Credentials;
}

type PlatformName = "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY";

/** Reads a function's variables, and reports all that are wrong at once. */
export class Variables {
  private readonly problems: string[] = [];

  constructor(private readonly environment: Environment) {}

  text(name: VariableName | PlatformName): string {
    const value = this.environment[name];
    if (value !== undefined && value !== "") return value;
    this.problems.push(`${name} is not set`);
    return "";
  }

  list(name: VariableName): readonly string[] {
    return (this.environment[name] ?? "").split(",").filter((part) => part !== "");
  }

  number(name: VariableName, otherwise: number, least: number, most: number): number {
    const value = this.environment[name];
    if (value === undefined || value === "") return otherwise;
    const number = Number(value);
    if (number >= least && number <= most) return number;
    this.problems.push(`${name} is ${value}, and should be a number from ${least} to ${most}`);
    return otherwise;
  }

  level(): LogLevel {
    const value = this.environment[VARIABLES.logLevel] ?? "info";
    const level = LOG_LEVELS.find((known) => known === value);
    if (level === undefined)
      this.problems.push(`${VARIABLES.logLevel} is ${value}, and should be ${LOG_LEVELS.join(", ")}`);
    return level ?? "info";
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
