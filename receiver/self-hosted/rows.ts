import type { ArrivingEvent, ClaimedEvent, DeadLetter, KeptEvent, StoredEvent } from "../inbox";
import { originalHeaders } from "../original-headers";

/** What node:sqlite gives for a row. */
export type Row = Record<string, unknown>;

export function arrivingEvent(row: Row): ArrivingEvent {
  return {
    destination: text(row, "destination"),
    id: text(row, "id"),
    ...headersIn(row),
    body: row.body as Uint8Array,
    receivedAt: Number(row.received_at),
    ...optional("name", row.name),
    ...optional("conversation", row.conversation),
  };
}

function headersIn(row: Row): Pick<ArrivingEvent, "contentType" | "eventHeader" | "signature"> {
  return {
    contentType: text(row, "content_type"),
    signature: text(row, "signature"),
    ...optional("eventHeader", row.event_header),
  };
}

export function claimedEvent(row: Row, due: number, now: number): ClaimedEvent {
  return {
    ...arrivingEvent(row),
    seq: Number(row.seq),
    due,
    waitedMs: Math.max(0, now - Number(row.stored)),
    attempts: Number(row.attempts ?? 0),
    refusals: Number(row.refusals ?? 0),
  };
}

function storedEvent(row: Row): StoredEvent {
  return {
    seq: Number(row.seq),
    destination: text(row, "destination"),
    id: text(row, "id"),
    bytes: Number(row.bytes),
    attempts: Number(row.attempts),
    receivedAt: Number(row.received_at),
    headers: originalHeaders(headersIn(row)),
    ...optional("name", row.name),
    ...optional("conversation", row.conversation),
  };
}

export function deadLetter(row: Row): DeadLetter {
  return {
    ...storedEvent(row),
    error: text(row, "error"),
    diedAt: Number(row.died_at),
    ...(typeof row.status === "number" && { status: row.status }),
    ...optional("excerpt", row.excerpt),
  };
}

export function keptEvent(row: Row): KeptEvent {
  return { ...storedEvent(row), deliveredAt: Number(row.delivered_at) };
}

function text(row: Row, column: string): string {
  return String(row[column]);
}

function optional<K extends string>(key: K, value: unknown): Partial<Record<K, string>> {
  return typeof value === "string" ? ({ [key]: value } as Partial<Record<K, string>>) : {};
}
