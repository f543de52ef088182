import { parseArgs } from "node:util";
import type { SandboxOptions } from "./types";

export const usage = `usage: node dist/sandbox/main.js [options]

  --port N             port on 127.0.0.1 (default: any free one)
  --state FILE         keep the state in this file
  --profile NAME       documented (default) or contrary
  --management-key K   token of the administrator's key (default: generated)
  --rate-limit N|off   requests per minute (default 1000)
  --webhook-limit N|off  user-made outbound webhooks (default 5)
  --time-scale N       how many times faster retries come (default 1)
  --how-to-use         print, in place of a line of JSON, what a person has to type to use it
  --until-stdin-closes  stop when standard input ends, as it does when whoever started this dies`;

/** A mistake in the arguments. */
export class WrongArguments extends Error {}

export interface CommandLine extends SandboxOptions {
  untilStdinCloses: boolean;
  howToUse: boolean;
}

export function readCommandLine(args: string[]): CommandLine {
  const text = { type: "string" } as const;
  const { values } = parsed(() =>
    parseArgs({
      args,
      options: {
        port: text,
        state: text,
        profile: text,
        "management-key": text,
        "rate-limit": text,
        "webhook-limit": text,
        "time-scale": text,
        "until-stdin-closes": { type: "boolean" },
        "how-to-use": { type: "boolean" },
      },
    }),
  );
  const options: CommandLine = {
    untilStdinCloses: values["until-stdin-closes"] ?? false,
    howToUse: values["how-to-use"] ?? false,
  };
  if (values.port !== undefined) options.port = number("--port", values.port);
  if (values.state !== undefined) options.stateFile = values.state;
  if (values.profile !== undefined) options.profile = profile(values.profile);
  if (values["management-key"] !== undefined) options.managementKey = values["management-key"];
  if (values["rate-limit"] !== undefined) options.rateLimit = limit("--rate-limit", values["rate-limit"]);
  if (values["webhook-limit"] !== undefined) options.webhookLimit = limit("--webhook-limit", values["webhook-limit"]);
  if (values["time-scale"] !== undefined) options.timeScale = number("--time-scale", values["time-scale"]);
  return options;
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new WrongArguments(error instanceof Error ? error.message : String(error));
  }
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new WrongArguments(`${option} must be a number, not "${text}".`);
  }
  return value;
}

const limit = (option: string, text: string): number | false => (text === "off" ? false : number(option, text));

function profile(text: string): "documented" | "contrary" {
  if (text === "documented" || text === "contrary") return text;
  throw new WrongArguments(`--profile must be documented or contrary, not "${text}".`);
}
