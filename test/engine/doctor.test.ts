import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { KustomerOutboundWebhook, KustomerRelay, RELAY_ROLES, RelayProvider } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { quietEngine } from "../../lab/quiet-engine";
import { engineEnv } from "../../toolbox/pulumi";
import { COMMAND } from "../receiver/support/command";
import { TestStack, sandboxConfig } from "./support/test-stack";

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Told {
  readonly status: string;
  readonly results: { check: string; subject: string; level: string; message: string; because?: string }[];
  readonly fixes: { check: string; subject: string; done: string }[];
}

describe("kustomer-relay doctor on a stack of two organisations, one of them of an explicit provider", () => {
  let us: Sandbox;
  let eu: Sandbox;
  let stack: TestStack;
  let env: NodeJS.ProcessEnv;
  let token: string;
  let printed = "";
  const HEADER = "a-header-value-that-is-a-secret";

  beforeAll(async () => {
    us = await startSandbox();
    eu = await startSandbox({ profile: "contrary" });
    token = us.createKey({ name: "relay", roles: RELAY_ROLES }).token;
    const id = "00000000-0000-4000-8000-000000000001";
    stack = await TestStack.of(() => {
      const provider = new RelayProvider("eu", { kustomer: { baseUrl: eu.url, apiKey: eu.managementKey } });
      const url = `${eu.url}/internal/sessions/v1/resource/kustomer/${id}/receive-message`;
      new KustomerOutboundWebhook("single", { url, watchSeconds: 0, headers: { "x-gate": HEADER } }, { provider });
      new KustomerRelay("support", {
        kustomer: { apiKey: { token }, webhook: { watchSeconds: 0 } },
        airkit: { apiHostname: us.url, account: { id }, resource: { id }, hub: { id } },
      });
      return Promise.resolve({});
    }, sandboxConfig(us));
    await stack.up();
    us.expectSecret(id, us.webhooks()[0]?.token ?? "");
    eu.expectSecret(id, eu.webhooks()[0]?.token ?? "");
    env = {
      ...engineEnv(await quietEngine()),
      ...stack.backend,
    };
  });

  afterAll(async () => {
    await us.close();
    await eu.close();
    stack.remove();
  });

  /** The built command, in a process of its own. */
  async function doctor(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const all = ["doctor", "--cwd", stack.directory, "--stack", "dev", "--skip", "package-versions", ...args];
    const child = spawn(process.execPath, [COMMAND, ...all], { env: { ...env, ...more } });
    const ran = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (chunk: string) => (ran[name] += chunk));
    const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
    printed += ran.stdout + ran.stderr;
    return { status, ...ran };
  }
  const told = async (...args: string[]): Promise<Told & { exit: number | null }> => {
    const { status, stdout } = await doctor(["--json", ...args]);
    return { ...(JSON.parse(stdout) as Told), exit: status };
  };
  const webhook = (sandbox: Sandbox) => {
    const [only] = sandbox.webhooks();
    if (only === undefined) throw new Error("no webhook");
    return only;
  };

  test("finds nothing wrong but what a person has left to do, and ends with 0, or with 3 when asked to be strict", async () => {
    const { status, stdout } = await doctor([]);
    expect(stdout).toMatch(/^ {2}warn {2}airkit-steps +left to a person: Create the Routing Flow/m);
    expect(stdout).toMatch(/^ {2}ok {4}webhook-enabled +switched on/m);
    expect(stdout).toMatch(/\n\d+ ok, 1 warning, 0 failed, 3 not made\.\n$/);
    expect(status).toBe(0);
    expect((await doctor(["--strict", "--only", "airkit-steps"])).status).toBe(3);
    const { exit, results } = await told();
    expect(exit).toBe(0);
    const organisations = results.filter(({ check, level }) => check === "webhook-enabled" && level === "ok");
    expect(organisations.map(({ subject }) => subject).sort()).toEqual(["single", "support-webhook"]);
  });

  test("finds what is broken in each of them, says what to do, and ends with 1", async () => {
    us.editWebhook(webhook(us).id, { enabled: false, isError: true });
    eu.editWebhook(webhook(eu).id, { events: ["kustomer.tag.create"] });
    eu.createWebhook({ name: "lost", headers: [{ name: "x-relay-owner", value: "another-mark.0.0abc" }] });
    const { exit, results } = await told();
    const wrong = results.filter(({ level }) => level === "fail").map(({ check, subject }) => `${check} of ${subject}`);
    expect(wrong.sort()).toEqual([
      "webhook-enabled of support-webhook",
      "webhook-error of support-webhook",
      "webhook-events of single",
    ]);
    expect(results.find(({ check, level }) => check === "orphans" && level === "warn")?.message).toContain('"lost"');
    expect(exit).toBe(1);
  });

  test("puts right what is safe, says so, and leaves the rest to pulumi up", async () => {
    us.editWebhook(webhook(us).id, { isError: false });
    const { stdout, status } = await doctor(["--fix", "--only", "webhook-enabled"]);
    expect(stdout).toMatch(/^fixed webhook-enabled of support-webhook: switched on again\n/);
    expect(stdout).toMatch(/ok +webhook-enabled +switched on/);
    expect(status).toBe(0);
    expect(webhook(us)).toMatchObject({
      enabled: true,
      events: ["kustomer.conversation.update", "kustomer.message.create"],
    });
    const owner = webhook(eu).headers.find(({ name }) => name === "x-relay-owner");
    eu.editWebhook(webhook(eu).id, { headers: webhook(eu).headers.filter(({ name }) => name === "x-gate") });
    expect((await told("--fix", "--only", "webhook-mark")).fixes).toEqual([
      { check: "webhook-mark", subject: "single", done: "marked again" },
    ]);
    expect(webhook(eu).headers).toEqual(expect.arrayContaining([owner, { name: "x-gate", value: HEADER }]));
    expect((await told("--only", "webhook-events")).exit).toBe(1);
    await stack.refresh();
    await stack.up();
    expect((await told("--only", "webhook-events")).exit).toBe(0);
  });

  test("writes Markdown for the summary of a job, what is wrong first", async () => {
    us.editWebhook(webhook(us).id, { enabled: false, name: "a | b <i>" });
    const { stdout, status } = await doctor(["--format", "markdown"]);
    expect(stdout).toMatch(/^## ❌ kustomer-relay doctor\n/);
    expect(stdout).toMatch(
      /\| ❌ \| support-webhook \| `webhook-enabled` \| switched off: no event is sent; its endpoint passes a probe \| .*--fix/,
    );
    expect(stdout).toContain('it is called "a \\| b &lt;i>" instead of');
    expect(status).toBe(1);
    us.editWebhook(webhook(us).id, { enabled: true, name: "support-webhook" });
  });

  test("says in one line that a stack cannot be read, and why", async () => {
    for (const [more, why] of [
      [{ PULUMI_CONFIG_PASSPHRASE: "wrong" }, /passphrase/],
      [{ PULUMI_BACKEND_URL: "file:///nowhere-at-all" }, /nowhere-at-all/],
      [{ PATH: "/nowhere" }, /no pulumi on the PATH/],
    ] as const) {
      const { status, stdout } = await doctor(["--only", "webhook-enabled", "--only", "stack-readable"], more);
      expect(status).toBe(1);
      expect(stdout).toMatch(/FAIL {2}stack-readable/);
      expect(stdout).toMatch(why);
      expect(stdout).toMatch(/1 failed/);
    }
  });

  test.each([
    [["--nope"], /--nope/],
    [["--format", "xml"], /'xml' is invalid\. Allowed choices are text, json, markdown/],
    [["--only", "webhook-enabld"], /no check webhook-enabld.*webhook-enabled/],
    [["--timeout", "soon"], /--timeout soon/],
    [["--cwd", "/nowhere-at-all"], /--cwd \/nowhere-at-all: there is no such folder/],
  ])("ends with 2 when the command line is wrong: %j", async (args, message) => {
    const { status, stderr, stdout } = await doctor(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("has printed no secret of either organisation, in any form", () => {
    expect(printed).toContain("support-webhook");
    const secrets = [us, eu].flatMap((sandbox) => [
      sandbox.managementKey,
      sandbox.issuerToken,
      sandbox.airkitToken,
      ...sandbox.webhooks().map((one) => one.token),
    ]);
    for (const secret of [token, HEADER, ...secrets]) {
      expect(secret.length).toBeGreaterThan(8);
      expect(printed).not.toContain(secret);
      expect(printed).not.toContain(encodeURIComponent(secret));
    }
  });
});
