import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { killGroup, listening, spawnOnLeash } from "../../sandbox/aws/child-process";
import { contextOf } from "../../toolbox/cache";
import { findProgram } from "../../toolbox/find-program";
import { providePython } from "../../toolbox/aws-local/python";
import { freePort } from "../../toolbox/free-port";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** An AWS on this machine, reached as the real one is: over TLS. */
export interface LocalAws {
  readonly endpoint: string;
  /** The certificate that clients have to trust, a PEM file. */
  readonly certificate: string;
  /** Sends a request as it is. */
  send(method: string, path: string, headers: Record<string, string>, body: string): Promise<Answer>;
  stop(): Promise<void>;
}

/**
 * ministack, with nothing in it, evaluating policies: what neither a role nor a policy of the resource allows is refused. It
 * runs the functions too, with the first `node` on the PATH.
 */
export async function startLocalAws(): Promise<LocalAws> {
  const context = contextOf({});
  findProgram(["openssl"], "install openssl, which makes the certificate of the local AWS", context);
  const python = await providePython(context);
  const port = await freePort();
  const directory = mkdtempSync(path.join(tmpdir(), "local-aws-"));
  // ministack makes it there while it starts.
  const certificate = path.join(directory, "ministack-tls", "server.crt");
  const child = spawnOnLeash(python, [python, "-m", "ministack"], {
    stdio: "ignore",
    env: {
      ...process.env,
      PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
      TMPDIR: directory,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      LOG_LEVEL: "ERROR",
      USE_SSL: "1",
      NODE_EXTRA_CA_CERTS: certificate,
      AUTH: "true",
      // The root user of this AWS.
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  const stop = async (): Promise<void> => {
    await killGroup(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await listening(child, port, "ministack");
  } catch (error) {
    await stop();
    throw error;
  }
  // By its name for TLS too, whatever host a request is for.
  const address = { hostname: "127.0.0.1", port, servername: "localhost", ca: readFileSync(certificate) };
  return {
    endpoint: `https://127.0.0.1:${port}`,
    certificate,
    send: (method, where, headers, body) =>
      new Promise((resolve, reject) => {
        const sent = request({ ...address, method, path: where, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.on("end", () => {
            resolve({ status: response.statusCode ?? 0, body: text });
          });
        });
        sent.once("error", reject).end(body);
      }),
    stop,
  };
}
