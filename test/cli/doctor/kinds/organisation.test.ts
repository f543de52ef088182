import { describe, expect, test } from "@jest/globals";
import { testFaults } from "../support/faults";
import { MARK, type World } from "../support/world";
import { inDays, marked } from "../support/break";
import { useWorlds } from "../support/worlds";

const managementKey = (world: World): string =>
  world.sandbox.keys().find(({ name }) => name === "Management")?.id ?? "";

const fill = (world: World, count: number): void => {
  for (let number = 0; number < count; number += 1) world.sandbox.createWebhook({ name: `by hand ${number}` });
};
const inOrder = useWorlds();

testFaults(inOrder, "organisation", [
  {
    check: "kustomer-reachable",
    when: "nobody is at the address",
    breaks: (world) => (world.config["kustomer:baseUrl"] = "http://127.0.0.1:9"),
    level: "fail",
    says: /could not be reached.*check the address/,
  },
  {
    check: "kustomer-reachable",
    when: "a setting is missing",
    breaks: (world) => delete world.config["kustomer:apiKey"],
    level: "fail",
    says: /no Kustomer API key is set.*pulumi config set --secret kustomer:apiKey/,
  },
  {
    check: "kustomer-reachable",
    when: "Kustomer is down",
    breaks: ({ sandbox }) => {
      sandbox.fault({ on: { path: /tokens\/current/ }, times: 9, kind: "status", status: 503 });
    },
    level: "fail",
    says: /answers 503/,
  },
  {
    check: "management-key",
    when: "it was revoked",
    breaks: (world) => {
      world.sandbox.revokeKey(managementKey(world));
    },
    level: "fail",
    says: /answered 401.*not accepted/,
  },
  {
    check: "management-key",
    when: "it is of another region",
    breaks: ({ sandbox }) => {
      sandbox.fault({ on: { path: /tokens\/current/ }, kind: "wrong-region" });
    },
    level: "fail",
    says: /belongs to another region/,
  },
  {
    check: "management-key",
    when: "it expires soon",
    breaks: (world) => world.sandbox.editKey(managementKey(world), { expiresAt: inDays(5) }),
    level: "warn",
    says: /expires in 5 days.*make a new one/,
  },
  {
    check: "management-key-roles",
    when: "it may look at webhooks and not change them, which is enough for a job that only looks",
    breaks: (world) =>
      world.sandbox.editKey(managementKey(world), {
        roles: ["org.permission.outbound_webhook.read", "org.permission.outbound_webhook.create"],
      }),
    level: "warn",
    says: /lacks org\.permission\.outbound_webhook\.update, org\.permission\.outbound_webhook\.delete/,
  },
  {
    check: "management-key-roles",
    when: "it may not even list them",
    breaks: (world) => world.sandbox.editKey(managementKey(world), { roles: ["org.permission.message"] }),
    level: "fail",
    says: /answered 403.*outbound_webhook\.read/,
  },
  {
    check: "webhook-slots",
    when: "all places are taken",
    breaks: (world) => {
      fill(world, 4);
    },
    level: "warn",
    says: /5 outbound webhooks and Kustomer allows 5: a rotation has no room.*"by hand 0"/,
  },
  {
    check: "orphans",
    when: "a webhook has a mark that is in no state",
    breaks: ({ sandbox }) => sandbox.createWebhook({ name: "lost", headers: marked("somebody-else") }),
    level: "warn",
    says: /^of another stack, or of one that no longer exists: "lost" \(\w+\) → if another stack has it, all is well/,
  },
]);

describe("what a doctor must not say", () => {
  test("that a webhook of another stack in the same organisation should be deleted", async () => {
    const world = await inOrder();
    world.sandbox.createWebhook({ name: "theirs", headers: marked("a-resource-of-theirs") });
    const { message, next = "" } = await world.result("orphans");
    expect(message).toContain('"theirs"');
    expect(next).toMatch(/^if another stack has it, all is well/);
    expect(next.replace(/Do not delete.*/, "")).not.toMatch(/delet/i);
  });

  test("that there is nothing, beside a check that names something: orphans and leftovers agree", async () => {
    const world = await inOrder();
    world.sandbox.createWebhook({ name: "double", url: world.webhook.url, headers: marked(MARK) });
    const said = await world.look("orphans", "leftovers");
    expect(said.map(({ check, level }) => [check, level])).toEqual([
      ["orphans", "ok"],
      ["leftovers", "warn"],
    ]);
    expect(said[0]?.message).toBe("no webhook here belongs to another stack");
  });

  test("that there are five places where kustomer:webhookLimit says otherwise", async () => {
    const world = await inOrder();
    world.config["kustomer:webhookLimit"] = "2";
    expect(await world.result("webhook-slots")).toMatchObject({
      message: "1 of 2 places for outbound webhooks are free",
    });
    world.config["kustomer:webhookLimit"] = "1";
    expect((await world.result("webhook-slots")).message).toMatch(/Kustomer allows 1: a rotation has no room/);
  });
});
