import { beforeEach, describe, expect, test } from "@jest/globals";
import { apiKey } from "../../../../providers/kustomer/api-key";
import { RELAY_ROLES } from "../../../../providers/kustomer/api-key/roles";
import { PartialFailure } from "../../../../providers/lifecycle/errors";
import { settingsFrom } from "../../../../providers/lifecycle/settings";
import type { Sandbox } from "../../../../sandbox";
import { run, useCleanup } from "../../../sandbox/running";
import { aRun } from "../../a-run";
import { MARK, PROFILES, checked, failureOf, lineOf, settingsOf } from "../support";
import { quickenTime } from "../../../support/quicken-time";

quickenTime(5);

useCleanup();

type Inputs = Parameters<typeof apiKey.create>[1];

const DAY = 24 * 3600_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString();

function declare(given: Partial<Inputs> = {}): Inputs {
  return checked(apiKey, { name: "relay", mark: MARK, ...given }) as unknown as Inputs;
}

let engineRun = aRun();
beforeEach(() => {
  engineRun = aRun();
});

function connect(sandbox: Sandbox, more: Record<string, string> = {}) {
  return apiKey.connect(settingsOf(sandbox, more), engineRun);
}

function connectWithIssuer(sandbox: Sandbox) {
  return connect(sandbox, {
    "kustomer:issuerUrl": sandbox.issuerUrl,
    "kustomer:issuerToken": sandbox.issuerToken,
  });
}

/** The keys that are not the administrator's. */
function keys(sandbox: Sandbox) {
  return sandbox.keys().filter(({ name }) => name !== "Management");
}

describe.each(PROFILES)("an adopted API key, with a Kustomer that answers the %s way", (profile) => {
  test("is verified, and what Kustomer knows of it is kept", async () => {
    const sandbox = await run({ profile });
    const key = sandbox.createKey({ name: "by hand", roles: RELAY_ROLES });
    const { id, outputs } = await apiKey.create(connect(sandbox), declare({ token: key.token }));
    expect(id).toBe(key.id);
    expect(outputs).toMatchObject({
      keyId: key.id,
      token: key.token,
      lastTokenChars: key.token.slice(-6),
      roles: RELAY_ROLES,
      grantedRoles: RELAY_ROLES,
      expiresAt: "",
      issued: false,
    });
    expect(await apiKey.read(connect(sandbox), id, outputs)).toEqual(outputs);
    expect(engineRun.warnings).toEqual([]);
  });

  test("that lacks roles is refused with the list of them, without the key", async () => {
    const sandbox = await run({ profile });
    const { token, id } = sandbox.createKey({ name: "k", roles: ["org.permission.message", "org.permission.user"] });
    const line = await lineOf(sandbox, apiKey.create(connect(sandbox), declare({ token })));
    expect(line).toBe(
      `verify API key "relay" (${id}): it lacks the roles org.permission.conversation, org.permission.customer, org.permission.routing; ` +
        "roles cannot be added to a key: create a new one in Kustomer under Settings > Security > API Keys, and set its token",
    );
    expect(line).not.toContain(token);
  });

  test.each([["org"], ["org.permission"]])("with the parent role %s has all its children", async (parent) => {
    const sandbox = await run({ profile });
    const { token } = sandbox.createKey({ name: "k", roles: [parent] });
    const { outputs } = await apiKey.create(connect(sandbox), declare({ token }));
    expect(outputs).toMatchObject({ roles: RELAY_ROLES, grantedRoles: [parent] });
  });

  test("whose role merely begins like the one needed does not have it", async () => {
    const sandbox = await run({ profile });
    const { token } = sandbox.createKey({ name: "k", roles: ["org.permission.mess"] });
    const creating = apiKey.create(connect(sandbox), declare({ token, roles: ["org.permission.message"] }));
    expect(await lineOf(sandbox, creating)).toContain("it lacks the role org.permission.message;");
  });

  test("that has expired says so, and what to do", async () => {
    const sandbox = await run({ profile });
    const { token } = sandbox.createKey({ name: "k", roles: RELAY_ROLES, expiresAt: inDays(-1) });
    const line = await lineOf(sandbox, apiKey.create(connect(sandbox), declare({ token })));
    expect(line).toContain('verify API key "relay": Kustomer answered 401');
    expect(line).toContain(
      "the API key has expired: create a new one in Kustomer under Settings > Security > API Keys",
    );
    expect(line).not.toContain(token);
  });

  test("that is refused says so, and what to check", async () => {
    const sandbox = await run({ profile });
    const creating = apiKey.create(connect(sandbox), declare({ token: "no-such-token-4711" }));
    const line = await lineOf(sandbox, creating);
    expect(line).toContain("the API key is not accepted: check that it is complete and not revoked");
    expect(line).not.toContain("no-such-token-4711");
  });

  test("that is of another region says so, and is not taken for gone", async () => {
    const sandbox = await run({ profile });
    const { token } = sandbox.createKey({ name: "k", roles: RELAY_ROLES });
    const { id, outputs } = await apiKey.create(connect(sandbox), declare({ token }));
    sandbox.fault({ on: { path: /tokens/ }, times: 3, kind: "wrong-region" });
    const line = await lineOf(sandbox, apiKey.read(connect(sandbox), id, outputs));
    expect(line).toContain("the key belongs to another region: set kustomer:org");
    await failureOf(apiKey.delete(connect(sandbox), id, { ...outputs, revokeOnDelete: true }));
    expect(keys(sandbox)).toHaveLength(1);
  });

  test("that was revoked, or has expired since, is gone when read", async () => {
    const sandbox = await run({ profile });
    const client = connect(sandbox);
    const revoked = sandbox.createKey({ name: "k", roles: RELAY_ROLES });
    const expired = sandbox.createKey({ name: "k", roles: RELAY_ROLES });
    const [one, other] = [
      await apiKey.create(client, declare({ token: revoked.token })),
      await apiKey.create(client, declare({ token: expired.token })),
    ];
    sandbox.revokeKey(revoked.id);
    sandbox.editKey(expired.id, { expiresAt: inDays(-1) });
    expect(await apiKey.read(client, one.id, one.outputs)).toBeUndefined();
    expect(await apiKey.read(client, other.id, other.outputs)).toBeUndefined();
  });

  test("that is refused is not taken for gone where the list cannot be had, has it, or is of another organisation", async () => {
    const sandbox = await run({ profile });
    const { token } = sandbox.createKey({ name: "k", roles: RELAY_ROLES });
    const { token: weak } = sandbox.createKey({ name: "w", roles: ["org.permission.outbound_webhook"] });
    const { id, outputs } = await apiKey.create(connect(sandbox), declare({ token }));
    const refuse = () => {
      sandbox.fault({ on: { path: /tokens\/current/ }, kind: "status", status: 401 });
    };
    refuse();
    expect(await lineOf(sandbox, apiKey.read(connect(sandbox), id, outputs))).toContain(
      "although the organisation has it; nothing was changed",
    );
    refuse();
    const withoutRole = connect(sandbox, { "kustomer:apiKey": weak });
    expect(await lineOf(sandbox, apiKey.read(withoutRole, id, outputs))).toContain(
      "the management key may not list API keys (role org.permission.security); nothing was changed",
    );
    const other = await run({ profile, organisation: "globex" });
    expect(await lineOf(sandbox, apiKey.read(connect(other), id, outputs))).toContain("it belongs to the organisation");
    await failureOf(apiKey.delete(connect(other), id, { ...outputs, revokeOnDelete: true }));
    expect(keys(sandbox)).toHaveLength(2);
  });

  test("that is refused is not taken for gone where the list is empty for want of a role, or shifts while it is read", async () => {
    const sandbox = await run({ profile });
    const { token, id: keyId } = sandbox.createKey({ name: "k", roles: RELAY_ROLES });
    const { id, outputs } = await apiKey.create(connect(sandbox), declare({ token }));
    const weak = sandbox.createKey({ name: "weak", roles: ["org.permission.outbound_webhook"] });
    const without = (path: string) => {
      sandbox.fault({ on: { path: "/v1/auth/tokens/current" }, kind: "status", status: 401 });
      sandbox.fault({ on: { path }, kind: "status", status: 200, body: { data: [] } });
    };
    without("/v1/auth/tokens");
    const reads = apiKey.read(connect(sandbox, { "kustomer:apiKey": weak.token }), id, outputs);
    expect(await lineOf(sandbox, reads)).toContain("the management key lacks the role org.permission.security");
    without("/v1/auth/tokens");
    expect(await lineOf(sandbox, apiKey.read(connect(sandbox), id, outputs))).toContain(
      "it is refused (Kustomer answered 401",
    );
    sandbox.revokeKey(keyId);
    expect(await apiKey.read(connect(sandbox), id, outputs)).toBeUndefined();
  });

  test("that cannot be read for want of an answer is not taken for gone", async () => {
    const sandbox = await run({ profile });
    const { token } = sandbox.createKey({ name: "k", roles: RELAY_ROLES });
    const { id, outputs } = await apiKey.create(connect(sandbox), declare({ token }));
    sandbox.fault({ on: { path: /tokens/ }, times: 5, kind: "status", status: 500 });
    expect(await lineOf(sandbox, apiKey.read(connect(sandbox), id, outputs))).toContain("Kustomer answered 500");
  }, 20_000);

  test("that lost a role shows it as drift", async () => {
    const sandbox = await run({ profile });
    const { token, id } = sandbox.createKey({ name: "k", roles: RELAY_ROLES });
    const { outputs } = await apiKey.create(connect(sandbox), declare({ token }));
    sandbox.editKey(id, { roles: RELAY_ROLES.slice(1) });
    expect((await apiKey.read(connect(sandbox), id, outputs))?.roles).toEqual(RELAY_ROLES.slice(1));
  });

  test("is not revoked when it is deleted, unless that is asked for; one that is revoked already is no trouble", async () => {
    const sandbox = await run({ profile });
    const client = connect(sandbox);
    const { token } = sandbox.createKey({ name: "k", roles: RELAY_ROLES });
    const { id, outputs } = await apiKey.create(client, declare({ token }));
    await apiKey.delete(client, id, outputs);
    expect(keys(sandbox)).toHaveLength(1);
    await apiKey.delete(client, id, { ...outputs, revokeOnDelete: true });
    expect(keys(sandbox)).toHaveLength(0);
    await apiKey.delete(client, id, { ...outputs, revokeOnDelete: true });
  });
});

describe("an adopted API key to which another one succeeds", () => {
  test("is left alone, with a word on what to do, unless it is to be revoked: then after the overlap", async () => {
    const sandbox = await run();
    const client = connect(sandbox);
    const [first, second, third] = ["a", "b", "c"].map((name) => sandbox.createKey({ name, roles: RELAY_ROLES }));
    const { id, outputs } = await apiKey.create(client, declare({ token: first?.token }));
    await expect(apiKey.update(client, id, outputs, declare({ token: "refused" }))).rejects.toThrow("not accepted");
    expect(engineRun.warnings.join()).not.toContain("successor");
    const kept = await apiKey.update(client, id, outputs, declare({ token: second?.token }));
    expect(kept).toMatchObject({ keyId: second?.id, retired: [], revokeAfter: "" });
    expect(engineRun.warnings.join()).toContain(`(${id}) has a successor and is left alone`);

    const inputs = declare({ token: third?.token, revokeOnDelete: true, overlapHours: 0 });
    const next = await apiKey.update(client, id, kept, inputs);
    expect(keys(sandbox)).toHaveLength(3);
    expect(apiKey.isDue(next, inputs)).toBe(true);
    expect(await apiKey.update(client, id, next, inputs)).toMatchObject({ keyId: third?.id, retired: [] });
    expect(keys(sandbox).map(({ name }) => name)).toEqual(["a", "c"]);
  });

  test("may come back while it waits, and then is not revoked", async () => {
    const sandbox = await run();
    const client = connect(sandbox);
    const [first, second] = ["a", "b"].map((name) => sandbox.createKey({ name, roles: RELAY_ROLES }));
    const given = { revokeOnDelete: true, overlapHours: 0 };
    const { id, outputs } = await apiKey.create(client, declare({ token: first?.token, ...given }));
    const next = await apiKey.update(client, id, outputs, declare({ token: second?.token, ...given }));
    const back = await apiKey.update(client, id, next, declare({ token: first?.token, ...given }));
    expect(back).toMatchObject({ keyId: first?.id, retired: [{ keyId: second?.id }] });
    await apiKey.update(client, id, back, declare({ token: first?.token, ...given }));
    expect(keys(sandbox).map(({ name }) => name)).toEqual(["a"]);
  });

  test("is asked for where only the counter was raised; a new token needs no counter", () => {
    const settings = settingsFrom(() => undefined, {});
    const problems = (given: Partial<Inputs>) =>
      apiKey.problems(declare(given), settings, declare({ token: "former", rotation: 0 }));
    expect(problems({ token: "former", rotation: 1 })).toEqual([
      expect.stringContaining("rotation: 1 asks for another key, but `token` is still that of the present one"),
    ]);
    expect(problems({ token: "former" })).toEqual([]);
    expect(problems({ token: "another" })).toEqual([]);
    expect(problems({ token: "another", rotation: 1 })).toEqual([]);
  });
});

describe("an API key that is near its end", () => {
  test("is warned of in days, when it is created, read, and at every run that changes nothing", async () => {
    const sandbox = await run();
    const { token, id: keyId } = sandbox.createKey({ name: "k", roles: RELAY_ROLES, expiresAt: inDays(9.5) });
    const inputs = declare({ token, name: "ends soon", warnBeforeDays: 10 });
    const { outputs } = await apiKey.create(connect(sandbox), inputs);
    expect(engineRun.warnings).toEqual([
      `API key "ends soon" (${keyId}) expires in 9 days, at ${outputs.expiresAt}: ` +
        "create a new one in Kustomer under Settings > Security > API Keys and set its token",
    ]);
    expect(apiKey.notices(outputs, inputs)).toHaveLength(1);
    expect(apiKey.notices(outputs, { ...inputs, warnBeforeDays: 9 })).toEqual([]);
    expect(apiKey.notices({ ...outputs, expiresAt: "" }, inputs)).toEqual([]);
    expect(apiKey.notices({ ...outputs, expiresAt: inDays(-1), issued: true }, inputs)[0]).toMatch(
      /expired at .*: raise `rotation` for a new one/,
    );
  });
});

describe.each(PROFILES)("an issued API key, with a Kustomer that answers the %s way", (profile) => {
  test("is issued with its roles, verified, and revoked when it is deleted", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    const { id, outputs } = await apiKey.create(client, declare({ expiresInDays: 60 }));
    expect(keys(sandbox)).toMatchObject([{ id, name: "relay", roles: RELAY_ROLES }]);
    expect(outputs).toMatchObject({ keyId: id, issued: true, roles: RELAY_ROLES });
    expect(apiKey.declared(outputs)).not.toHaveProperty("token");
    await apiKey.delete(client, id, outputs);
    expect(keys(sandbox)).toEqual([]);
    await apiKey.delete(client, id, outputs);
  });

  test("is kept when it is deleted where that is asked for", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    const { id, outputs } = await apiKey.create(client, declare({ revokeOnDelete: false }));
    await apiKey.delete(client, id, outputs);
    expect(keys(sandbox)).toHaveLength(1);
  });

  test("revokes itself where the issuer is no longer set", async () => {
    const sandbox = await run({ profile });
    const { id, outputs } = await apiKey.create(connectWithIssuer(sandbox), declare());
    await apiKey.delete(connect(sandbox), id, outputs);
    expect(keys(sandbox)).toEqual([]);
  });

  test.each(["drop-after", "garbage", "drop-before"] as const)(
    "is issued exactly once, also when the first answer is lost (%s)",
    async (kind) => {
      const sandbox = await run({ profile });
      sandbox.fault({ on: { method: "POST", path: "/issuer/keys" }, kind });
      const { id } = await apiKey.create(connectWithIssuer(sandbox), declare());
      expect(keys(sandbox).map((key) => key.id)).toEqual([id]);
    },
  );

  test("is the same key again when a killed run had it issued", async () => {
    const sandbox = await run({ profile });
    const killed = await apiKey.create(connectWithIssuer(sandbox), declare());
    const { id, outputs } = await apiKey.create(connectWithIssuer(sandbox), declare());
    expect(id).toBe(killed.id);
    expect(outputs.token).toBe(killed.outputs.token);
    expect(keys(sandbox)).toHaveLength(1);
  });

  test("follows its resource to another name, once; a new resource of the old name gets a key of its own", async () => {
    const sandbox = await run({ profile });
    const { id, outputs } = await apiKey.create(connectWithIssuer(sandbox), declare());
    const renamed = declare({ mark: "another-name" });
    expect(apiKey.isDue(outputs, renamed)).toBe(true);
    const now = await apiKey.update(connectWithIssuer(sandbox), id, outputs, renamed);
    expect(now).toMatchObject({ keyId: id, token: outputs.token });
    expect(apiKey.isDue(now, renamed)).toBe(false);
    const newcomer = await apiKey.create(connectWithIssuer(sandbox), declare());
    expect(newcomer.id).not.toBe(id);
    await apiKey.delete(connectWithIssuer(sandbox), newcomer.id, newcomer.outputs);
    // A copy of the state knows the old name.
    await apiKey.delete(connectWithIssuer(sandbox), id, outputs);
    expect(keys(sandbox).map((key) => key.id)).toEqual([id]);
    await apiKey.delete(connectWithIssuer(sandbox), id, now);
    expect(keys(sandbox)).toEqual([]);
  });

  test("is left alone and named when a killed run left it, where the issuer makes another key each time", async () => {
    const sandbox = await run({ profile, issuerRepeats: false });
    const left = await apiKey.create(connectWithIssuer(sandbox), declare());
    const { id, outputs } = await apiKey.create(connectWithIssuer(sandbox), declare());
    expect(engineRun.warnings.join()).toContain(
      `API key "relay": the issuer has also made ${left.id} for it, which is left alone, since something may use it`,
    );
    await apiKey.delete(connectWithIssuer(sandbox), id, outputs);
    expect(keys(sandbox).map((key) => key.id)).toEqual([left.id]);
  });

  test("that two backends share is revoked by the one that asked for it last, and left alone by the other", async () => {
    const sandbox = await run({ profile });
    const [one, other] = [
      await apiKey.create(connectWithIssuer(sandbox), declare()),
      await apiKey.create(connectWithIssuer(sandbox), declare()),
    ];
    await apiKey.delete(connectWithIssuer(sandbox), one.id, one.outputs);
    expect(keys(sandbox).map((key) => key.id)).toEqual([other.id]);
    expect(engineRun.warnings.join()).toContain("in another folder or backend: it is not revoked");
    await apiKey.delete(connectWithIssuer(sandbox), other.id, other.outputs);
    expect(keys(sandbox)).toEqual([]);
  });

  test("is another key for its replacement (--replace), and the former one is revoked when that is deleted", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    const { id, outputs } = await apiKey.create(client, declare());
    apiKey.noteFormer(declare(), declare(), engineRun);
    const next = await apiKey.create(client, declare());
    expect(next.id).not.toBe(id);
    await apiKey.delete(client, id, outputs);
    expect(keys(sandbox).map((key) => key.id)).toEqual([next.id]);
    expect(engineRun.warnings).toEqual([]);
  });

  test.each<[string, Partial<Inputs>]>([
    ["other roles", { roles: ["org.permission.message"] }],
    ["another rotation", { rotation: 1 }],
    ["another expiry", { expiresInDays: 10 }],
  ])(
    "with %s is another key; the former one works for the overlap, and the first update after it revokes it",
    async (_, change) => {
      const sandbox = await run({ profile });
      const client = connectWithIssuer(sandbox);
      const { id, outputs } = await apiKey.create(client, declare());
      const inputs = declare({ ...change, overlapHours: 1 });
      const next = await apiKey.update(client, id, outputs, inputs);
      expect(keys(sandbox).map((key) => key.id)).toEqual([id, next.keyId]);
      expect(next).toMatchObject({ ...change, issued: true, retired: [{ keyId: id, token: outputs.token }] });
      expect(Date.parse(next.revokeAfter) - Date.now()).toBeGreaterThan(3590_000);
      expect(apiKey.isDue(next, inputs)).toBe(false);
      expect((await apiKey.update(client, id, next, inputs)).retired).toEqual(next.retired);
      expect(keys(sandbox)).toHaveLength(2);

      const later = { ...next, retired: next.retired.map((key) => ({ ...key, retiredAt: inDays(-1) })) };
      expect(apiKey.isDue(later, inputs)).toBe(true);
      expect(apiKey.notices(later, inputs)).toEqual(
        expect.arrayContaining([expect.stringContaining(`(${id}) was to stay valid until`)]),
      );
      expect(await apiKey.update(client, id, later, inputs)).toMatchObject({
        keyId: next.keyId,
        retired: [],
        revokeAfter: "",
      });
      expect(keys(sandbox).map((key) => key.id)).toEqual([next.keyId]);
    },
  );

  test("rotated again revokes what is past its overlap in the same update, and no other", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    const { id, outputs } = await apiKey.create(client, declare());
    const second = await apiKey.update(client, id, outputs, declare({ rotation: 1 }));
    const aged = { ...second, retired: second.retired.map((key) => ({ ...key, retiredAt: inDays(-2) })) };
    const third = await apiKey.update(client, id, aged, declare({ rotation: 2 }));
    expect(keys(sandbox).map((key) => key.id)).toEqual([second.keyId, third.keyId]);
    await apiKey.delete(client, id, third);
    expect(keys(sandbox)).toEqual([]);
  });

  test("stays the former one's while that has lost a role: it is no leftover of its own successor", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    const { id, outputs } = await apiKey.create(client, declare());
    sandbox.editKey(id, { roles: RELAY_ROLES.slice(1) });
    const drifted = await apiKey.read(client, id, outputs);
    const healed = await apiKey.update(client, id, drifted ?? outputs, declare());
    expect(healed).toMatchObject({ roles: RELAY_ROLES });
    expect(keys(sandbox).map((key) => key.id)).toEqual([id, healed.keyId]);
  });

  test("that cannot be verified after a rotation is not lost, nor is the former one, and the next update goes on", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    const { id, outputs } = await apiKey.create(client, declare());
    sandbox.fault({ on: { path: /tokens\/current/ }, kind: "status", status: 401 });
    const failure = await failureOf(apiKey.update(client, id, outputs, declare({ rotation: 1 })));
    if (!(failure instanceof PartialFailure)) throw failure;
    expect(failure.id).toBe(id);
    const unfinished = failure.outputs as typeof outputs;
    const finished = await apiKey.update(client, id, unfinished, declare({ rotation: 1 }));
    expect(finished).toMatchObject({ keyId: unfinished.keyId, retired: [{ keyId: id }] });
    expect(keys(sandbox).map((key) => key.id)).toEqual([id, finished.keyId]);
  });

  test("killed between issuing and its note is issued again, and only the noted one is left beside the former", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    const { id, outputs } = await apiKey.create(client, declare());
    await apiKey.update(client, id, outputs, declare({ rotation: 1 }));
    const noted = await apiKey.update(client, id, outputs, declare({ rotation: 1 }));
    expect(keys(sandbox).map((key) => key.id)).toEqual([id, noted.keyId]);
  });

  test("that a killed run left with other roles is named, and stays when the key is deleted", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    const left = await apiKey.create(client, declare({ roles: ["org.permission.user"] }));
    const { id, outputs } = await apiKey.create(client, declare());
    expect(engineRun.warnings.join()).toContain(left.id);
    await apiKey.delete(client, id, outputs);
    expect(keys(sandbox).map((key) => key.id)).toEqual([left.id]);
  });

  test("that cannot be verified yet stays in the state with its token, and the next update verifies it", async () => {
    const sandbox = await run({ profile });
    const client = connectWithIssuer(sandbox);
    sandbox.fault({ on: { path: /tokens\/current/ }, kind: "status", status: 401 });
    const failure = await failureOf(apiKey.create(client, declare()));
    if (!(failure instanceof PartialFailure)) throw failure;
    const { id, outputs, reasons } = failure as PartialFailure<Parameters<typeof apiKey.update>[2]>;
    expect(outputs).toMatchObject({ keyId: id, issued: true });
    expect(reasons.join()).not.toContain(outputs.token);
    expect(await apiKey.update(client, id, outputs, declare())).toMatchObject({ keyId: id, grantedRoles: RELAY_ROLES });
  });

  test("that the issuer refuses says that it was the issuer", async () => {
    const sandbox = await run({ profile });
    const client = apiKey.connect(
      settingsOf(sandbox, { "kustomer:issuerUrl": sandbox.issuerUrl, "kustomer:issuerToken": "wrong-token-4711" }),
      aRun(),
    );
    expect(await lineOf(sandbox, apiKey.create(client, declare()))).toBe(
      'issue API key "relay": the API key issuer answered 401: Invalid issuer token; check kustomer:issuerToken',
    );
  });
});

describe("an API key with neither token nor issuer", () => {
  test("lists the clicks and the commands", async () => {
    const sandbox = await run();
    const [problem, ...more] = apiKey.problems(declare(), settingsOf(sandbox), {});
    expect(more).toEqual([]);
    expect(problem).toContain("Kustomer > Settings > Security > API Keys > Add API Key");
    expect(problem).toContain(`name "relay", roles ${RELAY_ROLES.join(", ")}`);
    expect(problem).toContain("pulumi config set --secret <key>`, which asks for it");
    expect(problem).toContain("pulumi config set kustomer:issuerUrl <value>");
  });

  test("is no problem with either of them; an issuer without its token is", async () => {
    const sandbox = await run();
    const problems = (given: Partial<Inputs>, more: Record<string, string>) =>
      apiKey.problems(declare(given), settingsOf(sandbox, more), {});
    expect(problems({ token: "token" }, {})).toEqual([]);
    expect(problems({}, { "kustomer:issuerUrl": sandbox.issuerUrl, "kustomer:issuerToken": "t" })).toEqual([]);
    expect(problems({}, { "kustomer:issuerUrl": "http://example.com" })).toEqual([
      expect.stringContaining("kustomer:issuerUrl must be an https URL"),
      expect.stringContaining("pulumi config set --secret kustomer:issuerToken"),
    ]);
  });
});
