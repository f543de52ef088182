import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { SIGNATURE_REFUSED } from "../../../receiver/intake";
import { probeBody, PROBE_EVENT } from "../../../receiver/probe";
import { sign, signingSecrets } from "../../../receiver/signature";
import { RelayError, messageOf } from "../../../providers/lifecycle/errors";
import { once } from "../once";
import type { SubjectOf } from "../subjects";

export interface Certificate {
  /** Why it is not to be trusted, in OpenSSL's words; `undefined` when it is. */
  readonly problem: string | undefined;
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
}

export interface Answer {
  readonly status: number;
  /** Its beginning. */
  readonly body: string;
  readonly ms: number;
}

/** Whose secret signs what is sent there, and what else is sent along. */
export interface Sender {
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 10_000;
const MOST_BODY_BYTES = 2048;

/** A URL that events are sent to: by Kustomer, or by a receiver in between. */
export class Endpoint implements SubjectOf<"endpoint"> {
  readonly kind = "endpoint";
  readonly name: string;

  constructor(
    owner: string,
    readonly url: URL,
    /** Kustomer's side of it; `undefined` for what is behind a receiver, and reached by that one only. */
    readonly sender: Sender | undefined,
    /** Whether Kustomer runs on this machine, as a sandbox does. */
    readonly reachedFromHere: boolean,
  ) {
    // The path may be what keeps others away, so the host has to do.
    this.name = `${owner} → ${url.host}`;
  }

  get isAirkit(): boolean {
    return /^\/internal\/sessions\/v1\/resource\/kustomer\/[^/]+\/receive-message$/.test(this.url.pathname);
  }

  get isBehindReceiver(): boolean {
    return this.sender === undefined;
  }

  private get hostname(): string {
    return this.url.hostname.replace(/^\[|\]$/g, "");
  }

  readonly addresses = once(async (): Promise<string[]> =>
    (await lookup(this.hostname, { all: true })).map(({ address }) => address),
  );

  readonly certificate = once((): Promise<Certificate> => certificateOf(this.hostname, Number(this.url.port || 443)));

  /** To a request whose signature is wrong. Its body is named like no event of Kustomer's, and has no data. */
  readonly answerToWrongSignature = once((): Promise<Answer> => this.post(probeBody(Date.now()), "0".repeat(64)));

  /** A receiver of this package answers a wrong signature in its own words. */
  async isReceiver(): Promise<boolean> {
    const { status, body } = await this.answerToWrongSignature();
    return status === 401 && body.includes(SIGNATURE_REFUSED);
  }

  /** To a probe that is signed as Kustomer signs events. */
  async answerToProbe({ secret }: Sender): Promise<Answer> {
    const body = probeBody(Date.now());
    const [key] = signingSecrets([secret]);
    if (key === undefined) throw new RelayError("the state has no signing secret; run `pulumi refresh`");
    return this.post(body, sign(body, key));
  }

  async get(path: string): Promise<Answer> {
    return this.request("GET", new URL(path, this.url), {}, null);
  }

  private post(body: Uint8Array, signature: string): Promise<Answer> {
    const headers = {
      ...this.sender?.headers,
      "content-type": "application/json",
      "x-kustomer-webhook-event": PROBE_EVENT,
      "x-kustomer-webhook-signature": signature,
    };
    return this.request("POST", this.url, headers, body);
  }

  /** Redirects are not followed: what Kustomer does with them is documented nowhere. */
  private async request(
    method: "GET" | "POST",
    url: URL,
    headers: Record<string, string>,
    body: Uint8Array | null,
  ): Promise<Answer> {
    const { request } = await import("undici");
    const began = performance.now();
    try {
      const answer = await request(url, { method, headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const ms = Math.round(performance.now() - began);
      return { status: answer.statusCode, body: await beginningOf(answer.body), ms };
    } catch (error) {
      throw new RelayError(`${method} to ${url.host}: ${troubleOf(error)}`);
    }
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
function certificateOf(host: string, port: number): Promise<Certificate> {
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
