import { isIP } from "node:net";
import { connect } from "node:tls";
import { openConnections } from "../../providers/lifecycle/connections";
import { RelayError, messageOf } from "../../providers/lifecycle/errors";

export interface Answer {
  readonly status: number;
  /** Its beginning. */
  readonly body: string;
  readonly ms: number;
}

export interface Certificate {
  /** Why it is not to be trusted, in OpenSSL's words; `undefined` when it is. */
  readonly problem: string | undefined;
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
}

const TIMEOUT_MS = 10_000;
const MOST_BODY_BYTES = 2048;
const CONNECTIONS = 8;

const opened = new Map<string, ReturnType<typeof openConnections>>();

/** One request. Redirects are not followed: what Kustomer does with them is documented nowhere. */
export async function ask(
  method: "GET" | "POST",
  url: URL,
  headers: Record<string, string>,
  body: Uint8Array | null,
): Promise<Answer> {
  const connections = opened.get(url.origin) ?? openConnections(url.origin, CONNECTIONS);
  opened.set(url.origin, connections);
  const began = performance.now();
  try {
    const answer = await (
      await connections
    ).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const ms = Math.round(performance.now() - began);
    return { status: answer.statusCode, body: await beginningOf(answer.body), ms };
  } catch (error) {
    throw new RelayError({ doing: `${method} to ${url.host}`, what: troubleOf(error) });
  }
}

/** An attempt on several addresses fails without words of its own. */
function troubleOf(error: unknown): string {
  const [name, code] = ["name", "code"].map((key) => String(Reflect.get(Object(error), key)));
  return name === "TimeoutError" ? `no answer within ${TIMEOUT_MS / 1000} seconds` : messageOf(error) || String(code);
}

async function beginningOf(body: AsyncIterable<unknown> & { destroy(): unknown }): Promise<string> {
  let text = "";
  for await (const chunk of body) {
    text += String(chunk);
    if (text.length > MOST_BODY_BYTES) break;
  }
  return text.slice(0, MOST_BODY_BYTES);
}

/** Asks for the certificate whether it is to be trusted or not. */
export function certificateOf(host: string, port: number): Promise<Certificate> {
  return new Promise((resolve, reject) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...servername, rejectUnauthorized: false, timeout: TIMEOUT_MS });
    socket.once("secureConnect", () => {
      const { valid_to } = socket.getPeerCertificate();
      const problem = socket.authorized ? undefined : String(socket.authorizationError);
      socket.destroy();
      resolve({ problem, validUntil: Date.parse(valid_to) });
    });
    socket.once("timeout", () => {
      socket.destroy(new Error(`no TLS within ${TIMEOUT_MS / 1000} seconds`));
    });
    socket.once("error", reject);
  });
}
