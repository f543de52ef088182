import { expect, test } from "@jest/globals";
import { signatureOf } from "./documented-client";
import { run, useCleanup } from "./running";

useCleanup();
const path = "/internal/sessions/v1/resource/kustomer/resource-1/receive-message";

async function post(url: string, body: Buffer, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(url, { method: "POST", body: new Uint8Array(body), headers })).status;
}

test("a delivery signed with an expected secret is verified over its raw bytes and recorded", async () => {
  const sandbox = await run();
  const { token } = sandbox.createWebhook({ url: `${sandbox.url}${path}`, events: ["kustomer.message.create"] });
  sandbox.expectSecret("resource-1", "the previous secret");
  sandbox.expectSecret("resource-1", token);
  const eventId = await sandbox.send("kustomer.message.create", { attributes: { preview: "naïve ☕" } });
  expect(sandbox.received()).toMatchObject([
    { resourceId: "resource-1", eventName: "kustomer.message.create", eventId, verified: true, status: 200 },
  ]);
  expect(sandbox.received()[0]?.raw).toContain("naïve ☕");
  expect(sandbox.requests).toMatchObject([{ system: "airkit", method: "POST", path, status: 200 }]);
});

test("a wrong, changed or missing signature gets 401, an unknown Resource 404, and all are recorded unverified", async () => {
  const sandbox = await run();
  sandbox.expectSecret("resource-1", "secret");
  const body = Buffer.from('{"id": "e1",  "name": "x"}');
  const signature = signatureOf(body, "secret");
  const url = `${sandbox.url}${path}`;
  const signed = (value: string): Record<string, string> => ({ "X-Kustomer-Webhook-Signature": value });
  expect(await post(url, body, signed(signature))).toBe(200);
  expect(await post(url, Buffer.from('{"id":"e1","name":"x"}'), signed(signature))).toBe(401);
  expect(await post(url, body, signed(signature.toUpperCase()))).toBe(401);
  expect(await post(url, body, signed(signatureOf(body, "other")))).toBe(401);
  expect(await post(url, body)).toBe(401);
  expect(await post(url.replace("resource-1", "resource-2"), body, signed(signature))).toBe(404);
  expect(sandbox.received().map(({ verified }) => verified)).toEqual([true, false, false, false, false, false]);
  sandbox.forgetSecrets("resource-1");
  expect(await post(url, body)).toBe(200);
});
