import { createHash } from "node:crypto";
import type { ArrivingEvent } from "../inbox";

/** How an event travels through the queues. Intake, delivery and the commands all read and write it here. */
export interface RelayEvent extends ArrivingEvent {
  /** The path segment of the relay it came to: names its secret. */
  readonly route: string;
  /** Set on an event that a person put back: without it, it would be taken for a duplicate of itself. */
  readonly replay?: string;
}

/** Why an event was given up. */
export interface DeathCertificate {
  readonly reason: string;
  readonly status?: number;
  /** The beginning of the answer that it was refused with. */
  readonly excerpt?: string;
  readonly attempts: number;
  readonly diedAt: number;
}

export interface QueueMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly groupId: string;
  readonly deduplicationId: string;
}

/**
 * The body is base64 because SQS refuses most control characters and would not keep other bytes. `relay` and `route` stand
 * apart for people who look at the queue; everything is in one attribute of JSON, because ten attributes are all there may be.
 */
export function encodeMessage(event: RelayEvent): QueueMessage {
  const { route, destination, id, name, conversation, contentType, eventHeader, signature, body, receivedAt, replay } =
    event;
  const facts = { destination, id, name, conversation, contentType, eventHeader, signature, receivedAt, replay };
  return {
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64"),
    attributes: { relay: legible(destination), route, event: asciiJson(facts) },
    groupId: conversation === undefined ? digest("alone", route, id) : digest("conversation", route, conversation),
    deduplicationId: claimKey(event),
  };
}

/** As SQS counts it: the body, and of every attribute its name, its type and its value. */
export function bytesOf({ body, attributes }: QueueMessage): number {
  const each = Object.entries(attributes).map(([name, value]) => Buffer.byteLength(`${name}String${value}`));
  return each.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(body));
}

/** Each letter has a group of its own: of a group with one message in someone's hands the others cannot be seen. */
export function encodeDeadLetter(event: RelayEvent, death: DeathCertificate): QueueMessage {
  const message = encodeMessage(event);
  const { groupId, deduplicationId } = deadLetterIds(claimKey(event));
  return { ...message, groupId, deduplicationId, attributes: { ...message.attributes, ...certified(death) } };
}

/** What is not an event of ours is kept as it came. */
export function encodeStranger(
  stranger: { readonly id: string; readonly body: string },
  death: DeathCertificate,
): QueueMessage {
  return { body: stranger.body, ...deadLetterIds(digest("stranger", stranger.id)), attributes: certified(death) };
}

function deadLetterIds(key: string): { groupId: string; deduplicationId: string } {
  return { groupId: key, deduplicationId: key };
}

function certified({ reason, status, excerpt, attempts, diedAt }: DeathCertificate): Record<string, string> {
  return {
    reason: legible(reason),
    ...(status !== undefined && { status: String(status) }),
    ...(excerpt !== undefined && { excerpt: asciiJson(excerpt) }),
    attempts: String(attempts),
    diedAt: String(diedAt),
  };
}

/** Undefined when it is no message that `encodeMessage` made. */
export function decodeMessage(body: string, attributes: Readonly<Record<string, string>>): RelayEvent | undefined {
  const { route, event } = attributes;
  if (route === undefined || event === undefined || !BASE64.test(body)) return undefined;
  const facts = parse(event);
  if (typeof facts !== "object" || facts === null) return undefined;
  const { id, destination, contentType, signature, receivedAt, name, conversation, eventHeader, replay } =
    facts as Facts;
  if (typeof id !== "string" || typeof destination !== "string") return undefined;
  if (typeof contentType !== "string" || typeof signature !== "string") return undefined;
  if (typeof receivedAt !== "number") return undefined;
  return {
    route,
    destination,
    id,
    contentType,
    signature,
    receivedAt,
    body: Buffer.from(body, "base64"),
    ...(typeof name === "string" && { name }),
    ...(typeof conversation === "string" && { conversation }),
    ...(typeof eventHeader === "string" && { eventHeader }),
    ...(typeof replay === "string" && { replay }),
  };
}

export function decodeDeath(attributes: Readonly<Record<string, string>>): DeathCertificate | undefined {
  const { reason, status, excerpt, attempts, diedAt } = attributes;
  const said = excerpt === undefined ? undefined : parse(excerpt);
  if (reason === undefined || diedAt === undefined) return undefined;
  return {
    reason,
    attempts: Number(attempts),
    diedAt: Number(diedAt),
    ...(status !== undefined && { status: Number(status) }),
    ...(typeof said === "string" && { excerpt: said }),
  };
}

/** What an event is known by in the table and to SQS's own deduplication. */
export function claimKey({ route, id, replay }: Pick<RelayEvent, "route" | "id" | "replay">): string {
  return digest("event", route, id, replay ?? "");
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function digest(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

type Facts = Readonly<Record<string, unknown>>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** SQS takes only some characters, and JSON can spell all others as escapes. */
function asciiJson(value: object | string): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** For people's eyes. An attribute may not be empty. */
function legible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 1_000) || "-";
}
