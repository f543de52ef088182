import path from "node:path";
import { spawn } from "node:child_process";
import { type Command, Option } from "commander";
import { jsonOption, newCommand } from "../command";
import { packageFolder } from "../version";

interface Values {
  readonly port: string;
  readonly state?: string;
  readonly profile: string;
  readonly webhookLimit?: string;
  readonly timeScale: string;
  readonly json?: boolean;
}

const DESCRIPTION =
  "Stands in for Kustomer, Airkit and an issuer of API keys on this machine, until it is interrupted, so that a relay can be tried and tested without an account. Prints what a stack that is to use it needs; its address is a page to click in. It listens on the loopback interface only.";

export function command(): Command {
  return newCommand("sandbox", "Run a Kustomer and an Airkit on this machine to try things with.", DESCRIPTION)
    .option("--port <number>", "the port on 127.0.0.1; 0 takes a free one", "4010")
    .option("--state <file>", "keep what is made in this file (otherwise it is gone at the end)")
    .addOption(
      new Option("--profile <name>", "which of the reasonable readings of the vendors' documents it follows")
        .choices(["documented", "contrary"])
        .default("documented"),
    )
    .option("--webhook-limit <number>", "how many outbound webhooks it allows (5), or off")
    .option("--time-scale <number>", "how many times faster than Kustomer it tries deliveries again", "60")
    .addOption(jsonOption("print one line of JSON instead of what to do"))
    .action(async (values: Values) => {
      process.exitCode = await run(argumentsFrom(values));
    });
}

function argumentsFrom({ port, state, profile, webhookLimit, timeScale, json }: Values): string[] {
  return [
    ...["--port", port, "--profile", profile, "--time-scale", timeScale],
    ...(state === undefined ? [] : ["--state", state]),
    ...(webhookLimit === undefined ? [] : ["--webhook-limit", webhookLimit]),
    ...(json ? [] : ["--how-to-use"]),
    // Should we be killed, it ends too.
    "--until-stdin-closes",
  ];
}

/** A program of its own: nothing of the product is built on the sandbox. */
async function run(args: readonly string[]): Promise<number> {
  const program = path.join(packageFolder(), "dist/sandbox/main.js");
  // Before it starts: a signal right after that would end us, and leave it alone.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const child = spawn(process.execPath, [program, ...args], { stdio: ["pipe", "inherit", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", (status, signal) => {
      resolve(status ?? (signal === null ? 1 : 0));
    });
  });
}
