import { createServer, type ServerResponse } from "node:http";
import { fdatasync, openSync, writev } from "node:fs";
import { signingSecrets, verify } from "../../../receiver/signature";

const secrets = signingSecrets([process.env.BENCH_SECRET ?? ""]);
const file = openSync(process.argv[3] ?? "", "a");

/**
 * The limit for whoever keeps what he acknowledges: node:http, the signature, and one file to which bodies are appended, each
 * group of them with one wait for the disk. No index, no order, no duplicates recognised, no delivery.
 */
let waiting: { readonly body: Buffer; readonly response: ServerResponse }[] = [];
let writing = false;

function flush(): void {
  if (writing || waiting.length === 0) return;
  writing = true;
  const group = waiting;
  waiting = [];
  const records = group.flatMap(({ body }) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return [length, body];
  });
  writev(file, records, (failed) => {
    fdatasync(file, (alsoFailed) => {
      for (const { response } of group) answer(response, (failed ?? alsoFailed) ? 503 : 200);
      writing = false;
      flush();
    });
  });
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "application/json", "content-length": 2 }).end("{}");
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    if (!verify(body, String(request.headers["x-kustomer-webhook-signature"]), secrets).verified) {
      answer(response, 401);
      return;
    }
    waiting.push({ body, response });
    if (waiting.length === 1) setImmediate(flush);
  });
}).listen(Number(process.argv[2]), "127.0.0.1", 4096, () => process.stdout.write("ready\n"));
