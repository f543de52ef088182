import { createServer } from "node:http";

/** The floor: reads the body, looks at nothing, keeps nothing. */
createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 2 });
    response.end("{}");
  });
}).listen(Number(process.argv[2]), "127.0.0.1", 4096, () => process.stdout.write("ready\n"));
