import { createServer } from "node:http";
import { signingSecrets, verify } from "../../../receiver/signature";

const secrets = signingSecrets([process.env.BENCH_SECRET ?? ""]);

/** node:http that verifies the signature and keeps nothing. */
createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const signature = String(request.headers["x-kustomer-webhook-signature"]);
    const { verified } = verify(Buffer.concat(chunks), signature, secrets);
    response.writeHead(verified ? 200 : 401, { "content-type": "application/json", "content-length": 2 });
    response.end("{}");
  });
}).listen(Number(process.argv[2]), "127.0.0.1", 4096, () => process.stdout.write("ready\n"));
