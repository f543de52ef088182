import { createHmac } from "node:crypto";

export interface SignedEvent {
  readonly id: string;
  readonly conversation: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** An event as Kustomer shapes and signs it: 24-hex id, the conversation in the relationships, padded to a size. */
export function signedEvent(
  number: number,
  conversation: number,
  secret: string,
  bytes = 512,
  direction: "in" | "out" = "in",
): SignedEvent {
  // Kustomer's ids begin with the time they were made at, so they come in ascending order, as these do.
  const id = `65f0${number.toString(16).padStart(20, "0")}`;
  const conversationId = `5e0c${conversation.toString(16).padStart(20, "0")}`;
  const event = {
    id,
    name: "kustomer.message.create",
    org: "5d0000000000000000000001",
    createdAt: new Date().toISOString(),
    data: {
      type: "message",
      id: `66a0${number.toString(16).padStart(20, "0")}`,
      attributes: { channel: "chat", direction, number, preview: "" },
      relationships: { conversation: { data: { type: "conversation", id: conversationId } } },
    },
  };
  const bare = JSON.stringify(event).length;
  event.data.attributes.preview = "x".repeat(Math.max(0, bytes - bare));
  const body = Buffer.from(JSON.stringify(event));
  return { id, conversation: conversationId, body, headers: headersFor(body, secret) };
}

export function headersFor(body: Uint8Array, secret: string): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-kustomer-webhook-event": "kustomer.message.create",
    "x-kustomer-webhook-signature": createHmac("sha256", secret).update(body).digest("hex"),
  };
}
