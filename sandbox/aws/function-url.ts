import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type HostedFunction, THROTTLED } from "./hosted-function";

/** Of a request and of an answer; a larger one never reaches the function. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** What Lambda takes for text, as long as it is UTF-8; everything else comes to the function in base64. */
const TEXT = /^(text\/|application\/(json|xml|javascript|x-www-form-urlencoded)\b)/i;

/** An HTTP address that calls a function with events of payload version 2.0, as a Function URL with auth type NONE does. */
export class FunctionUrl {
  private constructor(
    /** Ends with a slash, as AWS's does. */
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async open(target: HostedFunction, port = 0): Promise<FunctionUrl> {
    const server = createServer((request, response) => {
      answer(target, request, response).catch(() => response.destroy());
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return new FunctionUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server);
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

async function answer(target: HostedFunction, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { statusCode, headers = {}, body = "", isBase64Encoded } = await resultOf(target, request);
  response.writeHead(statusCode, headers).end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
}

async function resultOf(target: HostedFunction, request: IncomingMessage): Promise<Result> {
  const body = await bodyOf(request);
  if (body === undefined) return lambdaSays(413, { Message: "Request must be smaller than 6291556 bytes" });
  const outcome = await target.invoke(eventOf(request, body));
  if (outcome === THROTTLED) {
    return lambdaSays(429, { Reason: "ConcurrentInvocationLimitExceeded", Message: "Rate Exceeded." });
  }
  const result = "returned" in outcome ? (outcome.returned as Partial<Result> | null) : null;
  if (typeof result?.statusCode !== "number") return lambdaSays(502, { Message: "Internal Server Error" });
  return { ...result, statusCode: result.statusCode };
}

interface Result {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** Lambda's own answers, without the function. */
function lambdaSays(statusCode: number, body: object): Result {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

/** Payload version 2.0 (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). */
export function eventOf(request: IncomingMessage, body: Buffer): object {
  const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(",")]),
  );
  const method = request.method ?? "GET";
  const { host = "" } = headers;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(query !== "" && { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    requestContext: {
      accountId: "anonymous",
      apiId: host.split(".")[0],
      domainName: host,
      domainPrefix: host.split(".")[0],
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress,
        userAgent: headers["user-agent"],
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && bodyIn(body, headers["content-type"])),
  };
}

function bodyIn(body: Buffer, contentType = ""): { body: string; isBase64Encoded: boolean } {
  const text = body.toString("utf8");
  const isText = TEXT.test(contentType) && Buffer.from(text).equals(body);
  return isText ? { body: text, isBase64Encoded: false } : { body: body.toString("base64"), isBase64Encoded: true };
}
