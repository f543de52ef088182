import { chmodSync, rmSync } from "node:fs";
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import * as z from "zod";
import type { StoreAdmin } from "./admin";
import { codeOf, messageOf } from "../errors";
import { expectOwnSocket } from "./private-files";

const selection = z.union([
  z.literal("all"),
  z.strictObject({ seqs: z.array(z.int()) }),
  z.strictObject({ since: z.number() }),
]);

const lettersAsked = z.strictObject({
  which: selection,
  page: z.strictObject({ after: z.int().optional(), limit: z.int().min(1) }),
});

/** One writer per store is what keeps it sound, so the commands ask the running receiver instead of opening its file. */
export async function serveControl(socketPath: string, admin: StoreAdmin): Promise<Server> {
  const server = createServer((incoming, response) => {
    void answer(admin, incoming).then(
      (result) => {
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
      },
      (error: unknown) => {
        response
          .writeHead(500, { "content-type": "application/json" })
          .end(JSON.stringify({ error: messageOf(error) }));
      },
    );
  });
  // Left over from a process that was killed: this one holds the store, so nobody listens there.
  if (process.platform !== "win32") rmSync(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  if (process.platform !== "win32") chmodSync(socketPath, 0o600);
  return server;
}

async function answer(admin: StoreAdmin, incoming: IncomingMessage): Promise<unknown> {
  const argument = JSON.parse(await textOf(incoming)) as unknown;
  switch (incoming.url) {
    case "/status":
      return admin.status();
    case "/dead-letters": {
      const { which, page } = lettersAsked.parse(argument);
      return admin.deadLetters(which, page);
    }
    case "/dead-letter-body": {
      const body = await admin.deadLetterBody(z.int().parse(argument));
      return body === undefined ? null : Buffer.from(body).toString("base64");
    }
    case "/replay":
      return admin.replay(selection.parse(argument));
    case "/drop":
      return admin.drop(selection.parse(argument));
    case "/prune":
      return admin.prune();
    default:
      throw new Error(`The running receiver does not know ${String(incoming.url)}; it may be of another version.`);
  }
}

/** Undefined when no receiver listens there. */
export async function connectControl(socketPath: string): Promise<StoreAdmin | undefined> {
  const call = <T>(operation: string, argument: unknown = null): Promise<T> => ask(socketPath, operation, argument);
  const admin: StoreAdmin = {
    status: () => call("/status"),
    deadLetters: (which, page) => call("/dead-letters", { which, page }),
    deadLetterBody: async (seq) => {
      const body = await call<string | null>("/dead-letter-body", seq);
      return body === null ? undefined : Buffer.from(body, "base64");
    },
    replay: (which) => call("/replay", which),
    drop: (which) => call("/drop", which),
    prune: () => call("/prune"),
  };
  expectOwnSocket(socketPath);
  try {
    await admin.status();
    return admin;
  } catch (error) {
    if (NOBODY.has(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

const NOBODY = new Set(["ENOENT", "ECONNREFUSED"]);

function ask<T>(socketPath: string, operation: string, argument: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path: operation, method: "POST" }, (response) => {
      textOf(response).then((text) => {
        const result = JSON.parse(text) as T & { error?: string };
        if (response.statusCode === 200) resolve(result);
        else reject(new Error(`Asking the running receiver for ${operation}: ${result.error ?? "no reason given"}`));
      }, reject);
    });
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify(argument));
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
