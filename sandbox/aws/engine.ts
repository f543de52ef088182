import type { ChildProcess } from "node:child_process";
import { type AwsCall, createAwsCall, type Credentials } from "../../receiver/aws/client";
import { send } from "../../receiver/aws/http";
import { freePort } from "../../toolbox/free-port";
import { killGroup, listening, spawnOnLeash } from "./child-process";
import type { Tools } from "../../toolbox/aws-local";

export const REGION = "eu-west-1";
export const CREDENTIALS: Credentials = { accessKeyId: "AKIALOCALENGINE00000", secretAccessKey: "not-a-secret" };

/** Two independent implementations: what both do alike, and AWS documents, may be relied on. */
export const ENGINES = {
  ministack: {
    command: () => ["-m", "ministack"],
    env: (port: number) => ({
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: REGION,
      LOG_LEVEL: "ERROR",
    }),
  },
  moto: {
    command: (port: number) => ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
    env: () => ({}),
  },
} as const;

export type EngineName = keyof typeof ENGINES;

/** SQS, DynamoDB and Secrets Manager in one process on this machine, with nothing in them. */
export class LocalEngine {
  /** For whoever looks from outside. */
  readonly call: AwsCall;

  private constructor(
    readonly name: EngineName,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    this.call = this.callAs(CREDENTIALS);
  }

  static async start(tools: Tools, name: EngineName): Promise<LocalEngine> {
    const port = await freePort();
    const { command, env } = ENGINES[name];
    const child = spawnOnLeash(tools.python, [tools.python, ...command(port)], {
      stdio: "ignore",
      env: { ...process.env, AWS_DEFAULT_REGION: REGION, ...env(port) },
    });
    try {
      await listening(child, port, name);
    } catch (error) {
      await killGroup(child);
      throw error;
    }
    return new LocalEngine(name, `http://127.0.0.1:${port}`, child);
  }

  /** How the functions make their calls, as somebody who may do certain things only. */
  callAs(credentials: Credentials): AwsCall {
    const environment = { AWS_ENDPOINT_URL: this.url };
    return createAwsCall({ send, region: REGION, credentials: () => credentials, environment });
  }

  stop(): Promise<void> {
    return killGroup(this.child);
  }
}
