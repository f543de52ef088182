import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { Agent, request } from "undici";
import { freePort } from "../../toolbox/free-port";
import { killGroup, listening, spawnOnLeash } from "./child-process";
import type { Credentials } from "../../receiver/aws/client";
import { REGION } from "./engine";
import type { Tools } from "../../toolbox/aws-local";

export interface FunctionCode {
  /** The folder that Lambda would have unpacked. */
  readonly folder: string;
  /** `<file>.<export>` */
  readonly handler: string;
}

export interface FunctionSettings {
  readonly name: string;
  readonly code: FunctionCode;
  readonly environment: Readonly<Record<string, string>>;
  /** Those of its role. */
  readonly credentials: Credentials;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
}

/** What came of a call: what the handler returned, or how it failed to. */
export type Invocation = { readonly returned: unknown } | { readonly failed: string };

const INVOKE = "/2015-03-31/functions/function/invocations";
const MOST_LINES_KEPT = 20_000;

/**
 * One execution environment: AWS's emulator with AWS's runtime client under it, and the function in a process of its own. It
 * takes one call at a time (the emulator crashes on a second), and starts the process anew after it has ended.
 */
export class LambdaSandbox {
  private readonly agent = new Agent({ connections: 1, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  /** `log` gets every line that the function writes, those of Lambda itself among them. */
  static async start(tools: Tools, settings: FunctionSettings, log: string[]): Promise<LambdaSandbox> {
    const [port, runtimePort] = [await freePort(), await freePort()];
    const { name, code, environment, credentials, timeoutSeconds, memoryMiB } = settings;
    const addresses = [
      ...["--runtime-interface-emulator-address", `127.0.0.1:${port}`],
      ...["--runtime-api-address", `127.0.0.1:${runtimePort}`],
    ];
    const runtime = [process.execPath, tools.runtimeClient.script, code.handler];
    const child = spawnOnLeash(
      tools.python,
      [tools.runtimeEmulator, "--log-level", "error", ...addresses, ...runtime],
      {
        cwd: code.folder,
        stdio: ["ignore", "pipe", "pipe"],
        // Nothing of this machine's: a function sees what Lambda gives it.
        env: {
          PATH: process.env.PATH,
          TZ: ":UTC",
          LANG: "en_US.UTF-8",
          LAMBDA_TASK_ROOT: code.folder,
          AWS_LAMBDA_FUNCTION_NAME: name,
          AWS_LAMBDA_FUNCTION_TIMEOUT: String(timeoutSeconds),
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
          AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
          AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
          AWS_REGION: REGION,
          AWS_DEFAULT_REGION: REGION,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_SESSION_TOKEN: credentials.sessionToken,
          ...environment,
        },
      },
    );
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        log.push(line);
        if (log.length > MOST_LINES_KEPT) log.splice(0, MOST_LINES_KEPT / 2);
      });
    }
    try {
      await listening(child, port, `the emulator of ${name}`);
    } catch (error) {
      await killGroup(child);
      throw error;
    }
    return new LambdaSandbox(child, `http://127.0.0.1:${port}`);
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async invoke(event: unknown): Promise<Invocation> {
    try {
      const { statusCode, body } = await request(this.url + INVOKE, {
        method: "POST",
        body: JSON.stringify(event),
        dispatcher: this.agent,
      });
      return outcomeOf(statusCode, await body.text());
    } catch (error) {
      return { failed: `the sandbox is gone: ${String(error)}` };
    }
  }

  /** The machine under the function goes away, in the middle of whatever it does. */
  async kill(): Promise<void> {
    await killGroup(this.child);
    await this.agent.destroy();
  }
}

/** The emulator answers 200 also where a handler threw or took too long; what it says tells these apart. */
function outcomeOf(status: number, text: string): Invocation {
  if (status !== 200) return { failed: `${status} ${text}` };
  let value: unknown;
  try {
    value = text === "" ? null : JSON.parse(text);
  } catch {
    return { failed: text };
  }
  if (typeof value === "object" && value !== null && "errorType" in value && !("statusCode" in value)) {
    return { failed: text };
  }
  return { returned: value };
}
