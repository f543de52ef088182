import { afterEach, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import type { Language, RelayPlan } from "../../lab/languages";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { type Sandbox, startSandbox } from "../../sandbox";
import { LanguageStack } from "./support/language-stack";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(language: Language): Promise<{ sandbox: Sandbox; stack: LanguageStack; plan: RelayPlan }> {
  const sandbox = await startSandbox({ timeScale: 600 });
  cleanups.push(() => sandbox.close());
  const { token } = sandbox.createKey({ name: "Airkit", roles: RELAY_ROLES });
  const account = sandbox.createAirkitObject("accounts", { name: "Web Chat", integration: "Kustomer", apiKey: "none" });
  const capabilities = ["MESSAGING_SEND_TEXT"];
  const webChat = sandbox.createAirkitObject("resources", { name: "Web Chat", capabilities, datasourceId: account.id });
  const plan = { apiHostname: sandbox.url, token, webChatId: webChat.id };
  const stack = new LanguageStack(language);
  cleanups.push(() => {
    stack.remove();
  });
  await stack.write(plan);
  await stack.run("stack", "init", "dev");
  await stack.set({
    "kustomer.baseUrl": sandbox.url,
    "kustomer.apiKey": sandbox.managementKey,
    "airkit.driver": "console",
    "airkit.baseUrl": sandbox.airkitConsoleUrl,
    "airkit.token": sandbox.airkitToken,
  });
  return { sandbox, stack, plan };
}

async function arrived(sandbox: Sandbox, ids: readonly string[]): Promise<void> {
  const verified = (): Set<string | undefined> =>
    new Set(sandbox.received().flatMap((one) => (one.verified ? [one.eventId] : [])));
  for (let tries = 0; tries < 300 && ids.some((id) => !verified().has(id)); tries += 1) await sleep(100);
  expect(ids.filter((id) => !verified().has(id))).toEqual([]);
}

test.each([
  { language: "yaml", maker: "yaml" },
  { language: "python", maker: "javascript" },
] as const)(
  "a relay declared in $language, made by $maker, is healed and rotated under events, goes to JavaScript and back untouched, and no secret is seen",
  async ({ language, maker }) => {
    const { sandbox, stack, plan } = await start(language);
    await stack.write(plan, maker);
    await stack.run("up", "--yes", "--skip-preview");
    expect(await stack.output("status")).toBe("active");
    expect(await stack.output("signingSecret")).toBe(sandbox.webhooks()[0]?.token);
    await arrived(sandbox, [await sandbox.send("kustomer.message.create")]);

    const requests = sandbox.requests.length;
    await stack.write(plan);
    await stack.run("up", "--yes", "--skip-preview", "--expect-no-changes");
    expect(sandbox.requests.slice(requests).filter(({ method }) => method !== "GET")).toEqual([]);

    sandbox.editWebhook(sandbox.webhooks()[0]?.id ?? "", { enabled: false });
    expect(await stack.run("refresh", "--yes", "--skip-preview")).toContain("[diff: ~enabled]");
    const preview = await stack.run("preview");
    // Nothing that depends on the secret is said to change.
    expect(preview).toContain("~ 1 to update");
    await stack.run("up", "--yes", "--skip-preview");
    expect(sandbox.webhooks()).toMatchObject([{ enabled: true, isError: false }]);

    const former = await stack.output("signingSecret");
    await stack.write({ ...plan, rotation: 1 });
    const sent: string[] = [];
    const rotated = new AbortController();
    const events = (async () => {
      while (!rotated.signal.aborted) {
        sent.push(await sandbox.send("kustomer.message.create"));
        await sleep(100);
      }
    })();
    await stack.run("up", "--yes", "--skip-preview");
    rotated.abort();
    await events;
    const secret = await stack.output("signingSecret");
    expect(secret).not.toBe(former);
    expect(sandbox.webhooks()).toHaveLength(1);
    await arrived(sandbox, sent);

    const before = sandbox.requests.length;
    for (const now of ["javascript", language] as const) {
      await stack.write({ ...plan, rotation: 1 }, now);
      await stack.run("up", "--refresh", "--yes", "--skip-preview", "--expect-no-changes");
    }
    expect(sandbox.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await stack.output("signingSecret")).toBe(secret);

    const byHand = sandbox.createWebhook({
      name: "by hand",
      url: "https://example.com/by-hand",
      events: ["kustomer.tag.create"],
      headers: [{ name: "x-gate", value: "the-gate-key-of-somebody" }],
    });
    const type = "kustomer-relay:index:KustomerOutboundWebhook";
    // The language hosts that a module proxy serves generate no code; an official CLI's do.
    const without = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
    expect(await stack.run("import", type, "by-hand", byHand.id, ...without)).toContain("1 imported");

    await stack.run("destroy", "--yes", "--skip-preview");
    expect(sandbox.airkitObjects("routing-flows")).toEqual([]);
    const everything = stack.everything();
    for (const value of [
      former,
      secret,
      plan.token,
      sandbox.managementKey,
      sandbox.airkitToken,
      "the-gate-key-of-somebody",
    ])
      expect(everything).not.toContain(value);
  },
  300_000,
);
