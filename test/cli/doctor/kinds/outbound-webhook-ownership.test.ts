import { describe, expect, test } from "@jest/globals";
import { ownerHeader } from "../../../../providers/kustomer/outbound-webhook/ownership";
import { newGeneration } from "../../../../providers/lifecycle/ownership";
import { MARK, type World } from "../support/world";
import { marked } from "../support/break";
import { useWorlds } from "../support/worlds";

const inOrder = useWorlds();

describe("--fix of what carries the same owner mark", () => {
  const anHourAgo = newGeneration("", Date.now() - 3_600_000);
  const longAgo = new Date(Date.now() - 5_400_000).toISOString();
  const double = (world: World, generation: string, url = world.webhook.url, rotation = 0) =>
    world.sandbox.createWebhook({
      name: "double",
      url,
      headers: [ownerHeader({ mark: MARK, rotation, generation })],
    });

  test("removes what one of the stack's own runs left, which the state has on record", async () => {
    const world = await inOrder();
    const generation = newGeneration();
    world.edit("relay-webhook", { postedGenerations: [generation] });
    const { id } = double(world, generation);
    const { fix, next } = await world.result("leftovers");
    expect(next).toMatch(/--fix, or `pulumi up`/);
    await fix?.apply();
    expect(world.sandbox.webhooks().map((one) => one.id)).not.toContain(id);
    expect(fix?.done).toContain(id);
    expect((await world.result("leftovers")).level).toBe("ok");
  });

  test("removes an old one with the same URL, which whoever held it would have taken over", async () => {
    const world = await inOrder();
    const { id } = double(world, anHourAgo);
    const { fix, next } = await world.result("leftovers");
    expect(next).toMatch(/^if no stack in another folder or backend has it, run the doctor with --fix/);
    await fix?.apply();
    expect(world.sandbox.webhooks().map((one) => one.id)).not.toContain(id);
  });

  test("leaves alone, and only names, what a run may still be making, what sends elsewhere, or is of another rotation", async () => {
    for (const [generation, url, rotation] of [
      [newGeneration(), undefined, 0],
      [anHourAgo, "https://example.com/of-another-stack", 0],
      [anHourAgo, undefined, 1],
    ] as const) {
      const world = await inOrder();
      double(world, generation, url, rotation);
      const { level, message, fix } = await world.result("leftovers");
      expect({ level, fix }).toEqual({ level: "warn", fix: undefined });
      expect(message).toMatch(/perhaps of another stack of the same project and name: "double"/);
    }
  });

  test("leaves alone what was there before the stack's webhook got the same URL by an update: another stack may have it", async () => {
    const world = await inOrder();
    const { id } = double(world, anHourAgo);
    const sinceThen = newGeneration("", Date.now() + 1000);
    world.edit("relay-webhook", { generation: sinceThen, postedGenerations: [sinceThen] });
    world.sandbox.editWebhook(world.webhook.id, {
      headers: [ownerHeader({ mark: MARK, rotation: 0, generation: sinceThen })],
    });
    const { fix, next } = await world.result("leftovers");
    expect(fix).toBeUndefined();
    expect(next).toMatch(/only if no stack has it, delete it in Kustomer \(Settings > Platform > Outbound Webhooks\)/);
    expect(world.sandbox.webhooks().map((one) => one.id)).toContain(id);
  });

  test.each([
    ["changed since it was made", { updatedAt: new Date(Date.now() + 3_600_000).toISOString() }],
    ["made before it was claimed", { createdAt: longAgo, updatedAt: longAgo }],
  ])("leaves alone one that was %s: another stack may have brought it to the URL by an update", async (_, times) => {
    const world = await inOrder();
    const threeHoursAgo = newGeneration("", Date.now() - 10_800_000);
    world.edit("relay-webhook", { generation: threeHoursAgo, postedGenerations: [threeHoursAgo] });
    const { id } = double(world, anHourAgo);
    expect((await world.result("leftovers")).fix).toBeDefined();
    world.sandbox.editWebhook(id, times);
    const { fix, message } = await world.result("leftovers");
    expect(fix).toBeUndefined();
    expect(message).toMatch(/perhaps of another stack of the same project and name: "double"/);
  });

  test("leaves alone one that somebody claimed between looking and fixing", async () => {
    const world = await inOrder();
    const { id } = double(world, anHourAgo);
    const { fix } = await world.result("leftovers");
    world.sandbox.editWebhook(id, { headers: marked(MARK) });
    await expect(fix?.apply()).rejects.toThrow(/was claimed by a run meanwhile/);
    expect(world.sandbox.webhooks().map((one) => one.id)).toContain(id);
  });

  test("is not needed to hear that a stack in another folder has taken the webhook over", async () => {
    const world = await inOrder();
    world.sandbox.editWebhook(world.webhook.id, { headers: marked(MARK) });
    world.edit("relay-webhook", { generation: anHourAgo, postedGenerations: [anHourAgo] });
    expect(await world.result("webhook-mark")).toMatchObject({
      level: "warn",
      message: expect.stringMatching(
        /^taken over by a stack of the same project and name, in another folder or backend/,
      ),
    });
  });
});
