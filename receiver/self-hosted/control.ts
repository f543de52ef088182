import { chmodSync, rmSync } from "node:fs";
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import * as z from "zod";
import { replayInPace } from "../admin";
import { isRate } from "../controls";
import type { EventQuery } from "../event-query";
import type { StoreAdmin } from "./admin";
import { codeOf, messageOf } from "../errors";
import { expectOwnSocket } from "./private-files";

/** As it travels: to the running receiver, and from the page. */
export const eventQuery: z.ZodType<EventQuery> = z.strictObject({
  seqs: z.array(z.int()).optional(),
  relay: z.string().optional(),
  event: z.string().optional(),
  status: z.union([z.int(), z.string()]).optional(),
  error: z.string().optional(),
  since: z.number().optional(),
  until: z.number().optional(),
  conversation: z.string().optional(),
});

const pageAsked = z.strictObject({
  query: eventQuery,
  page: z.strictObject({ after: z.int().optional(), limit: z.int().min(1) }),
});

const orderGiven = z.strictObject({
  relay: z.string(),
  order: z.strictObject({
    do: z.enum(["pause", "resume", "limit"]),
    maxPerSecond: z.union([z.literal("none"), z.number().refine(isRate)]).optional(),
    forMs: z.number().positive().optional(),
    by: z.string(),
    reason: z.string().optional(),
  }),
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
    case "/override": {
      const { relay, order } = orderGiven.parse(argument);
      return admin.override(relay, order);
    }
    case "/dead-letters": {
      const asked = pageAsked.parse(argument);
      return admin.deadLetters(asked.query, asked.page);
    }
    case "/dead-letter-body":
      return encoded(await admin.deadLetterBody(z.int().parse(argument)));
    case "/replay":
      return admin.replay(eventQuery.parse(argument));
    case "/drop":
      return admin.drop(eventQuery.parse(argument));
    case "/prune":
      return admin.prune();
    case "/deliveries": {
      const asked = pageAsked.parse(argument);
      return admin.deliveries(asked.query, asked.page);
    }
    case "/delivery-body":
      return encoded(await admin.deliveryBody(z.int().parse(argument)));
    case "/replay-deliveries":
      return admin.replayDeliveries(eventQuery.parse(argument));
    case "/erase":
      return admin.erase(z.string().parse(argument));
    default:
      throw new Error(`The running receiver does not know ${String(incoming.url)}; it may be of another version.`);
  }
}

function encoded(body: Uint8Array | undefined): string | null {
  return body === undefined ? null : Buffer.from(body).toString("base64");
}

/** Undefined when no receiver listens there. */
export async function connectControl(socketPath: string): Promise<StoreAdmin | undefined> {
  const call = <T>(operation: string, argument: unknown = null): Promise<T> => ask(socketPath, operation, argument);
  const bodyOf = async (operation: string, seq: number): Promise<Uint8Array | undefined> => {
    const body = await call<string | null>(operation, seq);
    return body === null ? undefined : Buffer.from(body, "base64");
  };
  const admin: StoreAdmin = {
    status: () => call("/status"),
    override: (relay, order) => call("/override", { relay, order }),
    deadLetters: (asked, page) => call("/dead-letters", { query: asked, page }),
    deadLetterBody: (seq) => bodyOf("/dead-letter-body", seq),
    // The pace is kept here: when this process is ended, so is the replay.
    replay: (asked, perSecond, going) =>
      perSecond === undefined ? call("/replay", asked) : replayInPace(admin, asked, perSecond, going),
    drop: (asked) => call("/drop", asked),
    prune: () => call("/prune"),
    deliveries: (asked, page) => call("/deliveries", { query: asked, page }),
    deliveryBody: (seq) => bodyOf("/delivery-body", seq),
    replayDeliveries: (asked) => call("/replay-deliveries", asked),
    erase: (conversation) => call("/erase", conversation),
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
