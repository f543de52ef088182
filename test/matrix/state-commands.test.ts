import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Project } from "../../lab/project";
import { type Sandbox, startSandbox } from "../../sandbox";

/** What Pulumi's commands do to a stack with two webhooks, on the real engine. */

const PROGRAM = `
const { KustomerOutboundWebhook } = require("pulumi-kustomer-relay");
for (const name of (process.env.WEBHOOKS ?? "one two").split(" ").filter(Boolean))
  new KustomerOutboundWebhook(name, { name: process.env.NAME_OF_ALL ?? name, url: "https://example.com/hook", watchSeconds: 0 });
`;
let sandbox: Sandbox;
let project: Project;

beforeEach(async () => {
  sandbox = await startSandbox();
  project = await Project.create({
    name: "matrix",
    program: PROGRAM,
    env: { KUSTOMER_BASE_URL: sandbox.url, KUSTOMER_API_KEY: sandbox.managementKey },
  });
  await project.up();
});
afterEach(async () => {
  await project.remove();
  await sandbox.close();
});

const live = (): { name: string; id: string; token: string | undefined }[] =>
  sandbox
    .webhooks()
    .map(({ name, id, token }) => ({ name, id, token }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
const urnOf = async (name: string): Promise<string> => {
  const found = (await project.deployment()).resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found.urn;
};
const isUnchanged = async (): Promise<boolean> => (await project.pulumi("preview", "--expect-no-changes")).status === 0;

test("stack rename: every webhook keeps its id and secret, and after one up there is nothing to do", async () => {
  const before = live();
  await project.must("stack", "rename", "production");
  await project.up();
  expect(await isUnchanged()).toBe(true);
  expect(live()).toEqual(before);
  await project.must("destroy", "--yes", "--skip-preview");
  expect(live()).toEqual([]);
});

test("state move: the webhook goes over to the other stack with its id and secret, and the first stack leaves it alone", async () => {
  const before = live();
  const urn = await urnOf("two");
  await project.must("stack", "init", "other");
  await project.must("state", "move", "--yes", "--source", "dev", "--dest", "other", urn);
  project.set({ WEBHOOKS: "one" });
  await project.must("up", "--yes", "--skip-preview", "--stack", "dev");
  project.set({ WEBHOOKS: "two" });
  await project.must("up", "--yes", "--skip-preview", "--stack", "other");
  expect(live()).toEqual(before);
  await project.must("destroy", "--yes", "--skip-preview", "--stack", "other");
  expect(live()).toEqual([before[0]]);
});

test("state delete touches nothing in Kustomer, and the next up takes the webhook over, with its id and secret, and leaves nothing to do", async () => {
  const before = live();
  await project.must("state", "delete", "--yes", await urnOf("one"));
  expect(live()).toEqual(before);
  await project.up();
  expect(live()).toEqual(before);
  expect(await isUnchanged()).toBe(true);
});

test("stack export and import: the state comes back as it was, and nothing changes", async () => {
  const before = live();
  await project.must("stack", "export", "--file", "state.json");
  expect(readFileSync(path.join(project.directory, "state.json"), "utf8")).not.toContain(before[0]?.token);
  await project.must("stack", "import", "--file", "state.json");
  expect(await isUnchanged()).toBe(true);
  expect(live()).toEqual(before);
});

describe.each([
  ["as they are stored", []],
  ["with --run-program", ["--run-program"]],
])("refresh and destroy, %s,", (_, flags) => {
  test("see drift and delete", async () => {
    sandbox.editWebhook(live()[0]?.id ?? "", { name: "by hand" });
    expect(await project.must("refresh", "--yes", ...flags)).toMatch(/1 updated|~ 1/);
    expect(await isUnchanged()).toBe(false);
    await project.up();
    await project.must("destroy", "--yes", "--skip-preview", ...flags);
    expect(live()).toEqual([]);
  });
});

test("preview --json is JSON that names the steps, and holds no secret", async () => {
  project.set({ WEBHOOKS: "one two three" });
  const { steps } = JSON.parse(await project.must("preview", "--json")) as { steps: { op: string; urn: string }[] };
  expect(steps.filter(({ op }) => op === "create").map(({ urn }) => urn.split("::").at(-1))).toEqual(["three"]);
  expect(JSON.stringify(steps)).not.toContain(live()[0]?.token);
});

test("--target and --exclude touch what they say and nothing else", async () => {
  project.set({ NAME_OF_ALL: "renamed" });
  await project.must("up", "--yes", "--skip-preview", "--target", await urnOf("one"));
  expect(
    sandbox
      .webhooks()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["renamed", "two"]);
  project.set({ NAME_OF_ALL: "again" });
  await project.must("up", "--yes", "--skip-preview", "--exclude", await urnOf("one"));
  expect(
    sandbox
      .webhooks()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["again", "renamed"]);
  await project.must("destroy", "--yes", "--skip-preview", "--target", await urnOf("two"));
  expect(sandbox.webhooks().map(({ name }) => name)).toEqual(["renamed"]);
});

test("pulumi import by hand says what docs/import.md says that it says, and touches nothing", async () => {
  const [, message = "nothing"] = /^error: Preview failed: (.*)$/m.exec(readFileSync("docs/import.md", "utf8")) ?? [];
  const { id = "" } = live()[0] ?? {};
  const { status, output } = await project.pulumi(
    "import",
    "pulumi-nodejs:kustomer:OutboundWebhook",
    "three",
    id,
    "--yes",
  );
  expect(status).not.toBe(0);
  expect(output).toContain(message);
  expect(await isUnchanged()).toBe(true);
});

test("a plan is carried out as it was saved, and refuses what it does not hold", async () => {
  project.set({ NAME_OF_ALL: "planned", PULUMI_EXPERIMENTAL: "true" });
  await project.must("preview", "--save-plan", "plan.json");
  project.set({ WEBHOOKS: "one two three" });
  const refused = await project.pulumi("up", "--yes", "--skip-preview", "--plan", "plan.json");
  expect(refused.status).not.toBe(0);
  expect(live()).toHaveLength(2);
  project.set({ WEBHOOKS: "one two" });
  await project.must("up", "--yes", "--skip-preview", "--plan", "plan.json");
  expect(sandbox.webhooks().map(({ name }) => name)).toEqual(["planned", "planned"]);
});
