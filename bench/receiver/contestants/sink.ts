import { createServer } from "node:http";

/** A destination that takes everything; GET tells how many came and how long they took from being sent. */
let delays: number[] = [];
let count = 0;
createServer((request, response) => {
  if (request.method === "GET") {
    delays.sort((a, b) => a - b);
    const quantile = (q: number): number => delays[Math.floor(delays.length * q)] ?? NaN;
    const answer = { count, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
    if (request.url === "/reset") delays = [];
    response.end(JSON.stringify(answer));
    return;
  }
  let start = "";
  request.on("data", (chunk: Buffer) => (start ||= chunk.toString("latin1", 0, 400)));
  request.on("end", () => {
    count += 1;
    const sent = /"createdAt":"([^"]+)"/.exec(start)?.[1];
    if (sent !== undefined) delays.push(Date.now() - Date.parse(sent));
    response.writeHead(200, { "content-length": 0 }).end();
  });
}).listen(Number(process.argv[2]), "127.0.0.1", 4096, () => process.stdout.write("ready\n"));
