import { createHash } from "node:crypto";

/** The few fields of a Kustomer event that the receiver acts on. Every one may be missing; unknown ones are not looked at. */
export interface Envelope {
  /** What duplicates are recognised by: the event's own id, or `sha256:…` of the body where it has no usable one. */
  readonly id: string;
  readonly name?: string;
  readonly org?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number;
  /** Events of one conversation are delivered in order. */
  readonly conversation?: string;
}

/** The id travels on in a header and is shown on a terminal, so only printable ASCII of a sane length is taken as one. */
const USABLE_ID = /^[\x21-\x7e]{1,128}$/;

/** Call it only with a body whose signature was verified. A signed body that is not JSON is still an event: never lose it. */
export function readEnvelope(body: Uint8Array): Envelope {
  return envelopeOf(parseEvent(body), body);
}

/** `parsed` is what `parseEvent` made of the body. */
export function envelopeOf(parsed: unknown, body: Uint8Array): Envelope {
  const event = object(parsed);
  const id = usableId(event.id) ?? `sha256:${createHash("sha256").update(body).digest("hex")}`;
  const name = text(event.name);
  const org = text(event.org);
  const createdAt = time(event.createdAt);
  const conversation = conversationOf(object(event.data));
  return {
    id,
    ...(name !== undefined && { name }),
    ...(org !== undefined && { org }),
    ...(createdAt !== undefined && { createdAt }),
    ...(conversation !== undefined && { conversation }),
  };
}

/** A conversation's own events carry its id; messages, notes and the rest point at it in their relationships. */
function conversationOf(data: Record<string, unknown>): string | undefined {
  if (data.type === "conversation" || data.type === "conversations") return usableId(data.id);
  const relation = object(object(data.relationships).conversation);
  return usableId(object(relation.data).id);
}

/** Undefined when it is not JSON. */
export function parseEvent(body: Uint8Array): unknown {
  try {
    // TextDecoder drops a byte order mark, which JSON.parse would refuse.
    return JSON.parse(decoder.decode(body));
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder();

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.length <= 256 ? value : undefined;
}

function usableId(value: unknown): string | undefined {
  return typeof value === "string" && USABLE_ID.test(value) ? value : undefined;
}

function time(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}
