import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { sign, signingSecrets } from "../../receiver/signature";

/** A body as Kustomer sends it, of a conversation of its own. */
export function event(): string {
  return JSON.stringify({
    id: randomUUID(),
    name: "kustomer.conversation.create",
    org: "acme",
    createdAt: new Date().toISOString(),
    data: { type: "conversation", id: randomUUID() },
  });
}

/** Posts to a Function URL the way the local AWS wants it: at its own address, with the URL's name as host. */
export function postEvent(endpoint: string, url: string, body: string, secret: string | undefined) {
  const { host, pathname } = new URL(url);
  const { hostname, port } = new URL(endpoint);
  const [key] = signingSecrets(secret === undefined ? [] : [secret]);
  const headers = {
    host,
    "content-type": "application/json",
    ...(key && { "x-kustomer-webhook-signature": sign(Buffer.from(body), key) }),
  };
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request({ hostname, port, path: pathname, method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: text });
      });
    });
    sent.once("error", reject).end(body);
  });
}
