import { afterEach, expect, test } from "@jest/globals";
import type * as pulumi from "@pulumi/pulumi";
import { AirkitAccount, KustomerOutboundWebhook, type KustomerOutboundWebhookArgs } from "../../index";
import { Project } from "../../lab/project";
import { ownerHeader, ownerOf } from "../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../providers/lifecycle/ownership";
import type { Sandbox } from "../../sandbox";
import { eventually, run, useCleanup } from "../sandbox/running";
import { airkitConfig, TestStack, sandboxConfig } from "./support/test-stack";

const API_KEY = "an-api-key-4711";

/** How each stack of a test ends: its secrets are looked for in all that was ever written or printed, and it is removed. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

useCleanup();

function expectNoSecret(sandbox: Sandbox, text: string): void {
  for (const secret of [
    sandbox.managementKey,
    sandbox.airkitToken,
    API_KEY,
    ...sandbox.webhooks().map(({ token }) => token),
  ])
    expect(text).not.toContain(secret);
}

async function folderOf(sandbox: Sandbox, program: pulumi.automation.PulumiFn, project?: string): Promise<TestStack> {
  const config = {
    ...sandboxConfig(sandbox),
    ...airkitConfig(sandbox),
  };
  const stack = await TestStack.of(program, config, project === undefined ? {} : { project });
  ends.push(
    () => {
      expectNoSecret(sandbox, stack.everything());
    },
    () => {
      stack.remove();
    },
  );
  return stack;
}

const webhook = (
  name: string,
  args: Partial<KustomerOutboundWebhookArgs> = {},
  opts: pulumi.CustomResourceOptions = {},
) => new KustomerOutboundWebhook(name, { url: `https://example.com/${name}`, watchSeconds: 0, ...args }, opts);

/** Id and signing secret of all webhooks that send to `/<path>`, in the order they were made. */
const at = (sandbox: Sandbox, path: string) =>
  sandbox
    .webhooks()
    .filter(({ url }) => url === `https://example.com/${path}`)
    .map(({ id, token }) => ({ id, token }));

test("two folders with a stack of the same name: the second takes over what the first made, both are told, and destroy of the first leaves it alone", async () => {
  const sandbox = await run();
  const both = () => {
    webhook("relay", { watchSeconds: 1 });
    new AirkitAccount("account", { apiKey: API_KEY });
    return Promise.resolve();
  };
  // What was just made may not be shown yet.
  sandbox.fault({ on: { method: "POST", path: "/v1/outbound-webhooks" }, kind: "lagging", ms: 2000 });
  const first = await folderOf(sandbox, both);
  await first.up();
  const there = () => [at(sandbox, "relay"), sandbox.airkitObjects("accounts").map(({ id }) => id)];
  const made = there();

  const second = await folderOf(sandbox, both);
  const { output } = await second.up();
  expect(output).toContain("is taken over, with its signing secret");
  expect(output).toMatch(/connected account "account" \(.*\) is taken over/);
  expect(there()).toEqual(made);

  const hasIt = "was taken over by a stack of the same project and name, in another folder or backend";
  const { output: read } = await first.refresh();
  expect(read).toContain(hasIt);
  expect(read).toMatch(/connected account .* was taken over by another resource or stack/);
  const { output: destroyed } = await first.destroy();
  expect(destroyed).toMatch(new RegExp(`${hasIt} on .*: it is left alone`));
  expect(destroyed).toMatch(/connected account .*: it is left alone/);
  expect(there()).toEqual(made);
  expect((await second.up({ refresh: true })).steps).toEqual([]);
});

test("two stacks that adopt one webhook are both told, and its secret stays", async () => {
  const sandbox = await run();
  const { id, token } = sandbox.createWebhook({ name: "by hand", url: "https://example.com/adopted" });
  const adopting = () => (webhook("adopted", { adopt: id }), Promise.resolve());
  const first = await folderOf(sandbox, adopting, "one");
  await first.up();
  const second = await folderOf(sandbox, adopting, "two");
  expect((await second.up()).output).toMatch(/was managed by another resource .* until now, and is taken over/);
  expect((await first.refresh()).output).toContain("was taken over by another resource");
  expect((await first.destroy()).output).toContain("it is left alone");
  expect(at(sandbox, "adopted")).toEqual([{ id, token }]);
});

test("what is retained, forgotten or renamed keeps its secret, also beside a newcomer of its old name; a leftover beside a replacement is left and named", async () => {
  const sandbox = await run({ webhookLimit: false });
  const before = () => {
    webhook("retained", {}, { retainOnDelete: true });
    webhook("forgotten");
    webhook("old-name", { url: "https://example.com/renamed" });
    webhook("triggered", {}, { replacementTrigger: "first" });
    return Promise.resolve();
  };
  // The engine refuses an alias beside a resource of that name, so that one comes an `up` later.
  const renamed = (opts: pulumi.CustomResourceOptions = {}, rotation = 0) => {
    webhook("new-name", { url: "https://example.com/renamed", rotation }, opts);
    webhook("triggered", {}, { replacementTrigger: "second" });
  };
  const after = () => {
    renamed({ aliases: [{ name: "old-name" }] });
    return Promise.resolve();
  };
  const later = (rotation: number) => () => {
    renamed({}, rotation);
    webhook("old-name", { url: "https://example.com/renamed" });
    webhook("retained");
    webhook("forgotten");
    return Promise.resolve();
  };
  const paths = ["retained", "forgotten", "renamed"];
  const stack = await folderOf(sandbox, before);
  await stack.configure({ "kustomer:webhookLimit": { value: "20" } });
  await stack.up();
  const made = Object.fromEntries(paths.map((path) => [path, at(sandbox, path)]));
  const [triggered] = sandbox.webhooks().filter(({ name }) => name === "triggered");
  if (triggered === undefined) throw new Error("no webhook triggered");
  const owner = ownerOf(triggered.headers);
  if (owner === undefined) throw new Error("it carries no owner mark");
  const headers = [ownerHeader({ ...owner, generation: newGeneration(owner.generation) })];
  const leftover = sandbox.createWebhook({ name: "leftover", url: triggered.url, headers });

  await stack.forget("forgotten");
  stack.program = after;
  const changed = await stack.up();
  expect(changed.steps.map(({ op, name }) => `${op} ${name}`)).toEqual(
    expect.arrayContaining(["update new-name", "create-replacement triggered"]),
  );
  expect(changed.output).toContain(leftover.id);
  expect(at(sandbox, "triggered").map(({ id }) => id)).not.toContain(triggered.id);
  expect(at(sandbox, "triggered").map(({ id }) => id)).toContain(leftover.id);
  expect(at(sandbox, "triggered")).toHaveLength(2);

  stack.program = later(0);
  const { output } = await stack.up();
  // Said as it happens, and again at the end.
  const taken = output.matchAll(/outbound webhook "([\w-]+)" \(\w+\) is taken over, with its signing secret/g);
  expect(new Set([...taken].map(([, name]) => name))).toEqual(new Set(["retained", "forgotten"]));
  for (const path of paths) expect(at(sandbox, path)).toEqual(expect.arrayContaining(made[path] ?? []));
  for (const path of ["retained", "forgotten"]) expect(at(sandbox, path)).toHaveLength(1);
  const [old, newcomer, ...others] = at(sandbox, "renamed");
  expect(others).toEqual([]);
  expect((await stack.preview({ expectNoChanges: true })).steps).toEqual([]);

  // A rotation goes as without a rename.
  stack.program = later(1);
  expect((await stack.up()).steps.map(({ op, name }) => `${op} ${name}`)).toContain("create-replacement new-name");
  expect(at(sandbox, "renamed")).toEqual([newcomer, expect.not.objectContaining({ id: old?.id })]);
});

test("a POST that takes effect after nobody looks any more is removed by the next up, or with its resource; a rotation at the limit is done where it deletes first", async () => {
  const sandbox = await run();
  const only = (rotation: number) => () => {
    webhook("relay", { rotation }, { deleteBeforeReplace: true });
    return Promise.resolve();
  };
  const stack = await folderOf(sandbox, () => {
    webhook("other");
    return only(0)();
  });
  sandbox.fault({ on: { method: "POST" }, times: 2, kind: "late", ms: 12_000, status: 503 });
  await stack.up();
  const { id } = await stack.resource("relay");
  await eventually(() => ["relay", "other"].every((path) => at(sandbox, path).length === 2), 30_000);
  stack.program = only(0);
  const { steps } = await stack.up({ refresh: true });
  expect(steps.map(({ op, name }) => `${op} ${name}`)).toEqual(
    expect.arrayContaining(["update relay", "delete other"]),
  );
  expect(at(sandbox, "relay").map((one) => one.id)).toEqual([id]);
  expect(at(sandbox, "other")).toEqual([]);

  for (const name of ["2", "3", "4", "5"]) sandbox.createWebhook({ name });
  stack.program = only(1);
  await stack.up();
  expect(at(sandbox, "relay")).toHaveLength(1);
  expect(at(sandbox, "relay")[0]?.id).not.toBe(id);
});

test("a stack that is renamed, and a new one of its old name: each has its own webhook", async () => {
  const sandbox = await run();
  const project = await Project.create({
    name: "ownership",
    program: `
const { KustomerOutboundWebhook } = require("pulumi-kustomer-relay");
new KustomerOutboundWebhook("relay", { url: "https://example.com/relay", watchSeconds: 0 });
`,
    env: { KUSTOMER_BASE_URL: sandbox.url, KUSTOMER_API_KEY: sandbox.managementKey },
  });
  ends.push(
    () => {
      expectNoSecret(sandbox, project.everythingWritten());
    },
    () => project.remove(),
  );
  await project.up();
  const [made] = at(sandbox, "relay");
  await project.must("stack", "rename", "renamed");
  await project.up();
  await project.must("stack", "init", "dev");
  await project.up();
  expect(at(sandbox, "relay")).toHaveLength(2);
  expect(at(sandbox, "relay")[0]).toEqual(made);
});
