import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { createNodeMiddleware, Webhooks } from "@octokit/webhooks";

/** GitHub's own middleware with a handler that stores each event in SQLite, one commit each, as durable as ours. */
const database = new DatabaseSync(process.argv[3] ?? ":memory:");
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
database.exec("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT NOT NULL)");
const insert = database.prepare("INSERT OR IGNORE INTO events (id, body) VALUES (?, ?)");
const webhooks = new Webhooks({ secret: process.env.BENCH_SECRET ?? "" });
webhooks.onAny(({ payload }) => {
  insert.run((payload as unknown as { id: string }).id, JSON.stringify(payload));
});
const middleware = createNodeMiddleware(webhooks, { path: "/kustomer" });
createServer((request, response) => {
  void middleware(request, response);
}).listen(Number(process.argv[2]), "127.0.0.1", 4096, () => process.stdout.write("ready\n"));
