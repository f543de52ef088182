import type { StoredEvent } from "../receiver/inbox";
import { harmless } from "./harmless";
import { bytes, printJson, printLine } from "./print";

/** One event in full, for a person or as JSON. `more`: what is known of it besides, in the order to show it. */
export function showEvent(
  event: StoredEvent,
  { json, body, more }: { json?: boolean | undefined; body: Uint8Array | undefined; more: readonly [string, string][] },
): void {
  const text = body && Buffer.from(body).toString("utf8");
  if (json) {
    printJson({ ...event, ...(text !== undefined && { body: text }) });
    return;
  }
  const facts = [
    ["id", String(event.seq)],
    ["event", event.id],
    ["name", event.name ?? "-"],
    ["conversation", event.conversation ?? "-"],
    ["destination", event.destination],
    ["size", bytes(event.bytes)],
    ["received", new Date(event.receivedAt).toISOString()],
    ...more,
  ] as const;
  const headers = Object.entries(event.headers ?? {}).map(([name, value]) => `  ${name}: ${value}`);
  const lines = [
    ...facts.map(([name, value]) => `${name.padEnd(13)}${value}`),
    ...(headers.length > 0 ? ["headers", ...headers] : []),
  ];
  printLine(lines.map(harmless).join("\n"));
  if (text !== undefined) printLine(`\n${text}`);
}
