import path from "node:path";
import { killGroup, listening, spawnOnLeash } from "../aws-local/child-process";
import { contextOf } from "../aws-local/tools/cache";
import { providePython } from "../aws-local/tools/python";
import { freePort } from "../free-port";

export interface LocalAws {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * ministack, with nothing in it, evaluating IAM policies: what the functions' roles do not allow is refused. It runs the
 * functions too, with the first `node` on the PATH.
 */
export async function startLocalAws(): Promise<LocalAws> {
  const python = await providePython(contextOf({}));
  const port = await freePort();
  const child = spawnOnLeash(python, [python, "-m", "ministack"], {
    stdio: "ignore",
    env: {
      ...process.env,
      PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      LOG_LEVEL: "ERROR",
      AUTH: "true",
      // The root user of this AWS.
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  try {
    await listening(child, port, "ministack");
  } catch (error) {
    await killGroup(child);
    throw error;
  }
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => killGroup(child) };
}
