import { randomUUID } from "node:crypto";
import { sign, signingSecrets } from "../../receiver/signature";
import type { Answer, LocalAws } from "./local-aws";

/** A body as Kustomer sends it, of a conversation of its own. */
export function event(attributes: object = {}): string {
  return JSON.stringify({
    id: randomUUID(),
    name: "kustomer.conversation.create",
    org: "acme",
    createdAt: new Date().toISOString(),
    data: { type: "conversation", id: randomUUID(), attributes },
  });
}

/** What the bot itself said, as it comes back. */
export function ownWords(): string {
  return event({ direction: "out" });
}

/** Posts to a Function URL as Kustomer does. The local AWS has one address; it knows the URL by the host. */
export function postEvent(aws: LocalAws, url: string, body: string, secret: string | undefined): Promise<Answer> {
  const { host, pathname } = new URL(url);
  const [key] = signingSecrets(secret === undefined ? [] : [secret]);
  const headers = {
    host,
    "content-type": "application/json",
    ...(key && { "x-kustomer-webhook-signature": sign(Buffer.from(body), key) }),
  };
  return aws.send("POST", pathname, headers, body);
}
