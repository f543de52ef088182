import { describe, expect, test } from "@jest/globals";
import { outboundWebhook } from "../../../../providers/kustomer/outbound-webhook";
import { OWNER_HEADER } from "../../../../providers/kustomer/outbound-webhook/owner-header";
import { validate } from "../../../../providers/lifecycle/validate";
import { run, useCleanup } from "../../../sandbox/running";
import { HEADER_SECRET, MARK, PROFILES, calls, connect, createWebhook, lineOf, only, webhookInputs } from "../support";

useCleanup();

const WEBHOOKS = /^\/v1\/outbound-webhooks/;
const POST = { method: "POST", path: WEBHOOKS };

describe("declaring an outbound webhook", () => {
  const problemsOf = (given: object) =>
    validate(outboundWebhook, { name: "relay", url: "https://example.com", mark: MARK, ...given }).problems.map(
      ({ reason }) => reason,
    );

  test.each<[object, string]>([
    [{ url: undefined }, "url: is required: the https URL that receives the events"],
    [{ url: "http://example.com" }, "url: must be an https URL (http only to this machine)"],
    [{ url: "http://127.0.0.1.example.com" }, "url: must be an https URL (http only to this machine)"],
    [{ name: "x".repeat(256) }, "name: must have at most 255 characters"],
    [{ name: " " }, "name: must not be empty"],
    [{ events: [] }, "events: must name at least one event"],
    [{ events: [" "] }, "events[0]: must be the name of an event"],
    [{ headers: { "x team": "a" } }, "headers.x team: not a header name"],
    [{ url: " https://example.com" }, "url: has a blank or a line break in it; remove it"],
    [{ url: "https://example.com/a\nb" }, "url: has a blank or a line break in it; remove it"],
    [{ headers: { Host: "a" } }, "headers.Host: is set by HTTP itself; remove it"],
    [{ headers: { "content-length": "1" } }, "headers.content-length: is set by HTTP itself; remove it"],
    ...["Content-Type", "X-Kustomer-Webhook-Event", "x-kustomer-webhook-signature"].map((name): [object, string] => [
      { headers: { [name]: "a" } },
      `headers.${name}: is sent by Kustomer itself with every event; remove it`,
    ]),
    [{ headers: { "x-a": "a\r\nx-b: b" } }, "headers.x-a: holds a line break; write it in one line"],
    [
      { headers: { "x-a": "\u0142" } },
      "headers.x-a: holds characters that no header can have; write it in Latin letters",
    ],
    [{ headers: { "x-a": "a " } }, "headers.x-a: begins or ends with a blank, which no header keeps; remove it"],
    [{ headers: { "X-A": "1", "x-a": "2" } }, "headers: names a header twice, in different case"],
    [
      { headers: { "X-Relay-Owner": "me" } },
      "headers.X-Relay-Owner: x-relay-owner is set by this package and tells whose the webhook is",
    ],
    [{ watchSeconds: 301 }, "watchSeconds: must be at most 300"],
    [{ rotation: -1 }, "rotation: must be at least 0"],
  ])("%j is refused with a line that says what is wrong", (given, problem) => {
    expect(problemsOf(given)).toEqual([problem]);
  });

  test("several mistakes are told together", () => {
    expect(problemsOf({ url: "ftp://x", events: ["", "kustomer.tag.create", 1], rotation: 0.5 })).toHaveLength(4);
  });

  test("http to this machine is fine, for a sandbox", () => {
    for (const url of ["http://127.0.0.1:1/x", "http://localhost/x", "http://[::1]:1/x"])
      expect(problemsOf({ url })).toEqual([]);
  });
});

describe.each(PROFILES)("an outbound webhook, with a Kustomer that answers the %s way", (profile) => {
  test("is created as declared, with its secret, and read back the same", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    const { id, ...created } = await createWebhook(connection, {
      events: ["kustomer.tag.update", "kustomer.tag.create"],
    });
    const webhook = only(sandbox);
    expect(created).toMatchObject({
      webhookId: webhook.id,
      signingSecret: webhook.token,
      headers: { "X-Team": "support", "X-Gate": HEADER_SECRET },
      events: ["kustomer.tag.create", "kustomer.tag.update"],
      enabled: true,
      isError: false,
    });
    expect(webhook.headers.map(({ name }) => name.toLowerCase()).sort()).toEqual(["x-gate", OWNER_HEADER, "x-team"]);
    expect(await outboundWebhook.read(connection, id, created)).toEqual(created);
  });

  test("names nobody in its mark", async () => {
    const sandbox = await run({ profile });
    await createWebhook(connect(sandbox));
    const owner = only(sandbox).headers.find(({ name }) => name.toLowerCase() === OWNER_HEADER)?.value;
    expect(owner).toMatch(new RegExp(`^${MARK}\\.0\\.[0-9a-z]{15}$`));
  });

  test("is updated with every field in one PATCH, whatever changed", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    const { id, ...created } = await createWebhook(connection);
    sandbox.clearRequests();
    const updated = await outboundWebhook.update(
      connection,
      id,
      created,
      webhookInputs({ name: "other", enabled: false }),
    );
    expect(updated).toMatchObject({
      name: "other",
      enabled: false,
      signingSecret: created.signingSecret,
      generation: created.generation,
    });
    expect(only(sandbox)).toMatchObject({ id, name: "other", enabled: false, token: created.signingSecret });
    const patches = sandbox.requests.filter(({ method }) => method === "PATCH");
    expect(patches).toHaveLength(1);
    expect(Object.keys(patches[0]?.body ?? {}).sort()).toEqual(["enabled", "events", "headers", "name", "url"]);
  });

  test("that somebody deleted is gone when read; an update says what to do, and a delete has nothing to do", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    const { id, ...created } = await createWebhook(connection);
    sandbox.removeWebhook(id);
    // The last list is empty, so it is the key that tells of which organisation it is, or the key's own entry; and whether it may list.
    const asksForKey = Array.from({ length: profile === "documented" ? 1 : 2 }, () => "GET /v1/auth/tokens/current");
    expect(await outboundWebhook.read(connection, id, created)).toBeUndefined();
    expect(await lineOf(sandbox, outboundWebhook.update(connection, id, created, webhookInputs()))).toBe(
      `update outbound webhook "relay" (${id}): it no longer exists in Kustomer; run \`pulumi refresh\`, then \`pulumi up\` makes a new one`,
    );
    sandbox.clearRequests();
    await outboundWebhook.delete(connection, id, created);
    expect(calls(sandbox)).toEqual(["GET /v1/outbound-webhooks", `GET /v1/outbound-webhooks/${id}`, ...asksForKey]);
  });

  test("that goes away between the look and the delete is deleted all the same", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    const { id, ...created } = await createWebhook(connection);
    sandbox.fault({ on: { method: "DELETE" }, kind: "drop-after" });
    await outboundWebhook.delete(connection, id, created);
    expect(sandbox.webhooks()).toEqual([]);
  });

  test("keeps its known secret when Kustomer masks it in a read or an update", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    const { id, ...created } = await createWebhook(connection);
    sandbox.fault({ on: { path: WEBHOOKS }, times: 10, kind: "masked-token" });
    expect((await outboundWebhook.read(connection, id, created))?.signingSecret).toBe(created.signingSecret);
    expect((await outboundWebhook.update(connection, id, created, webhookInputs({ name: "b" }))).signingSecret).toBe(
      created.signingSecret,
    );
  });

  test("whose create is answered with a mask is asked for its secret", async () => {
    const sandbox = await run({ profile });
    sandbox.fault({ on: POST, kind: "masked-token" });
    expect((await createWebhook(connect(sandbox))).signingSecret).toBe(only(sandbox).token);
  });

  test("whose secret never shows stays in the state as unfinished, and the next update finishes it", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    sandbox.fault({ on: { path: WEBHOOKS }, times: 10, kind: "masked-token" });
    const failure = await createWebhook(connection).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      id: only(sandbox).id,
      outputs: { signingSecret: "", webhookId: only(sandbox).id },
    });
    expect(failure).toMatchObject({ reasons: [expect.stringContaining("does not show its signing secret")] });
    sandbox.clearFaults();
    const { id, outputs } = failure as { id: string; outputs: Parameters<typeof outboundWebhook.update>[2] };
    expect((await outboundWebhook.update(connection, id, outputs, webhookInputs())).signingSecret).toBe(
      only(sandbox).token,
    );
  });

  test("that got a header by hand shows it as drift, and an update removes it", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    const { id, ...created } = await createWebhook(connection);
    sandbox.editWebhook(id, { headers: [...only(sandbox).headers, { name: "x-new", value: "by hand" }] });
    const read = await outboundWebhook.read(connection, id, created);
    expect(read?.headers).toEqual({ ...created.headers, "x-new": "by hand" });
    await outboundWebhook.update(connection, id, created, webhookInputs());
    expect(only(sandbox).headers).toHaveLength(3);
  });

  test("named only by its id is read whole; an id that does not exist says which there are", async () => {
    const sandbox = await run({ profile });
    const connection = connect(sandbox);
    const { id, signingSecret } = await createWebhook(connection);
    const nothingKnown = { name: "relay" } as Parameters<typeof outboundWebhook.read>[2];
    expect(await outboundWebhook.read(connection, id, nothingKnown)).toMatchObject({
      webhookId: id,
      signingSecret,
      enabled: true,
    });
    expect(await lineOf(sandbox, outboundWebhook.read(connection, "nope", nothingKnown))).toEqual(
      expect.stringMatching(
        new RegExp(
          `^read outbound webhook nope: there is no such webhook in this organisation \\(.*${sandbox.url}\\); there are "relay" \\(${id}\\); correct the id`,
        ),
      ),
    );
  });

  describe("adopting", () => {
    test("keeps id and secret, and sends one PATCH", async () => {
      const sandbox = await run({ profile });
      const connection = connect(sandbox);
      const { id, token } = sandbox.createWebhook({ name: "by hand", url: "https://old.example.com" });
      const adopted = await createWebhook(connection, { adopt: id });
      expect(adopted).toMatchObject({ id, webhookId: id, signingSecret: token, name: "relay", adopt: id });
      expect(only(sandbox)).toMatchObject({ id, token, name: "relay", url: "https://example.com/hook" });
      expect(calls(sandbox, "PATCH")).toHaveLength(1);
      expect(calls(sandbox, "POST")).toEqual([]);
    });

    test("keeps the secret also when the answer to the PATCH masks it", async () => {
      const sandbox = await run({ profile });
      const { id, token } = sandbox.createWebhook({});
      sandbox.fault({ on: { path: WEBHOOKS }, after: 1, times: 10, kind: "masked-token" });
      expect((await createWebhook(connect(sandbox), { adopt: id })).signingSecret).toBe(token);
    });

    test("what does not exist says which webhooks there are", async () => {
      const sandbox = await run({ profile });
      const connection = connect(sandbox);
      const adopting = () => lineOf(sandbox, createWebhook(connection, { adopt: "nope" }));
      expect(await adopting()).toContain("; there is none at all");
      const { id } = sandbox.createWebhook({ name: "by hand" });
      expect(await adopting()).toContain(`there are "by hand" (${id})`);
    });

    test("with another rotation makes a new webhook, and the adopted one is deleted after it", async () => {
      const sandbox = await run({ profile });
      const connection = connect(sandbox);
      const { id } = sandbox.createWebhook({});
      const { id: first, ...old } = await createWebhook(connection, { adopt: id });
      const next = await createWebhook(connection, { adopt: id, rotation: 1 });
      expect(next.webhookId).not.toBe(id);
      expect(next.signingSecret).not.toBe(old.signingSecret);
      await outboundWebhook.delete(connection, first, old);
      expect(only(sandbox).id).toBe(next.webhookId);
    });

    test("by another resource takes it over: the old resource's delete leaves it alone, and says so", async () => {
      const sandbox = await run({ profile });
      const connection = connect(sandbox);
      const { id, ...created } = await createWebhook(connection);
      const other = await createWebhook(connection, { adopt: id, mark: "another-mark" });
      expect(other.signingSecret).toBe(created.signingSecret);
      await outboundWebhook.delete(connection, id, created);
      expect(only(sandbox).id).toBe(id);
      const [told, left] = connection.run.warnings;
      expect(told).toContain(`(${id}) was managed by another resource (owner mark ${MARK}) until now`);
      expect(left).toMatch(/was taken over by another resource \(owner mark another-mark\) on .*: it is left alone$/);
    });

    test("again by a replacement of the same resource is left alone by the delete of what it replaces", async () => {
      const sandbox = await run({ profile });
      const connection = connect(sandbox);
      const { id } = sandbox.createWebhook({});
      const { id: _, ...old } = await createWebhook(connection, { adopt: id });
      await createWebhook(connection, { adopt: id });
      await outboundWebhook.delete(connection, id, old);
      expect(only(sandbox).id).toBe(id);
    });
  });
});
