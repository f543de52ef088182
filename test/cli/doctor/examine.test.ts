import { afterEach, describe, expect, test } from "@jest/globals";
import { type Check, type Question, checksOf, fail, ok } from "../../../cli/doctor/check";
import { examine } from "../../../cli/doctor/examine";
import { asText } from "../../../cli/doctor/text";
import { StackSubject } from "../../../cli/doctor/kinds/stack";
import { remember } from "../../../providers/lifecycle/secrets";
import { World } from "./support/world";
import { quickenTime } from "../../support/quicken-time";

quickenTime(5);

const stack = new StackSubject({ cwd: ".", stack: "dev", timeoutMs: 1000 });
const all = { timeoutMs: 200, wants: () => true };

const check = (name: string, look: Question<StackSubject>["look"], needs: readonly string[] = []): Check => {
  const [one] = checksOf("stack", (subject) => subject instanceof StackSubject, [
    { name, asks: "", remedy: "", needs, look },
  ]);
  if (one === undefined) throw new Error("unreachable");
  return one;
};

describe("the checks", () => {
  test("that throw, or never answer, fail alone; the others are made all the same", async () => {
    const results = await examine([stack], all, [
      check("throws", () => {
        throw new Error("a bug");
      }),
      check("throws no error", () => {
        AbortSignal.abort("text").throwIfAborted();
        return ok("");
      }),
      check("never answers", () => new Promise(() => undefined)),
      check("answers", () => ok("fine")),
    ]);
    expect(results.map(({ check, level, message }) => [check, level, message])).toEqual([
      ["throws", "fail", "the check itself failed: a bug"],
      ["throws no error", "fail", "the check itself failed: text"],
      ["never answers", "fail", "no answer within 0.2 seconds"],
      ["answers", "ok", "fine"],
    ]);
  });

  test("run at the same time, so that all take as long as the slowest", async () => {
    const slow = (name: string): Check => check(name, () => new Promise((resolve) => setTimeout(resolve, 150, ok(""))));
    const began = performance.now();
    const names = Array.from({ length: 40 }, (_, number) => `slow ${number}`);
    expect(await examine([stack], { ...all, timeoutMs: 5000 }, names.map(slow))).toHaveLength(40);
    expect(performance.now() - began).toBeLessThan(40 * 150);
  });

  test("that need one which failed are not made, down to the last, and name the first cause", async () => {
    let looked = 0;
    const count = (): ReturnType<typeof ok> => ((looked += 1), ok(""));
    const results = await examine([stack], all, [
      check("first", () => fail("broken", "mend it")),
      check("second", count, ["first"]),
      check("third", count, ["second"]),
    ]);
    expect(results.map(({ level, because }) => [level, because])).toEqual([
      ["fail", undefined],
      ["skip", "first"],
      ["skip", "first"],
    ]);
    expect(looked).toBe(0);
  });

  test("that are not wanted are made only where a wanted one needs them, and told only where they failed", async () => {
    const made: string[] = [];
    const noting = (name: string, level: "ok" | "fail", needs: string[] = []): Check =>
      check(name, () => (made.push(name), level === "ok" ? ok("") : fail("", "")), needs);
    const checks = [noting("good", "ok"), noting("bad", "fail"), noting("idle", "fail"), noting("a", "ok", ["good"])];
    const only = (name: string) => examine([stack], { ...all, wants: (check) => check === name }, checks);
    expect((await only("a")).map(({ check }) => check)).toEqual(["a"]);
    expect(made).toEqual(["good", "a"]);
    const needy = [...checks, check("b", () => ok(""), ["bad"])];
    const results = await examine([stack], { ...all, wants: (check) => check === "b" }, needy);
    expect(results.map(({ check, level }) => [check, level])).toEqual([
      ["bad", "fail"],
      ["b", "skip"],
    ]);
  });

  test("can let no secret out, whatever they say", async () => {
    remember("a-secret-of-this-process");
    const [result] = await examine([stack], all, [
      check("talks", () => fail("a-secret-of-this-process", "a-secret-of-this-process!")),
    ]);
    expect(result).toMatchObject({ message: "[secret]", next: "[secret]!" });
  });
});

describe("a Kustomer that cannot be reached", () => {
  let world: World;
  afterEach(() => world.close());

  test("is one failure and not thirty, and hides nothing of what does not depend on it", async () => {
    world = await World.inOrder("documented");
    await world.addWebhook("second", "https://nowhere.invalid/hook");
    world.config["kustomer:baseUrl"] = "http://127.0.0.1:9";
    const results = await world.look();
    const about = results.filter(({ message }) => /127\.0\.0\.1:9\b/.test(message));
    expect(about.map(({ check, level }) => [check, level])).toEqual([["kustomer-reachable", "fail"]]);
    const unmade = results.filter(({ because }) => because === "kustomer-reachable");
    expect(new Set(unmade.map(({ level }) => level))).toEqual(new Set(["skip"]));
    expect(unmade.length).toBeGreaterThan(20);
    const found = results.filter(({ level }) => level === "fail").map(({ check, subject }) => `${check} of ${subject}`);
    expect(found).toEqual(["kustomer-reachable of 127.0.0.1:9", "endpoint-dns of second → nowhere.invalid"]);
    expect(results.find(({ check }) => check === "secrets-agree")).toMatchObject({ level: "ok" });
  });
});

test("a report forges no rows and moves no cursor, whatever a webhook is called", async () => {
  const evil = "a\n  ok    webhook-enabled  switched on\u001b[2J\u202e";
  const [result] = await examine([stack], all, [check("names", () => fail(evil, evil))]);
  const counts = { ok: 0, warn: 0, fail: 1, skip: 0 };
  const text = asText({ status: "fail", counts, fixes: [], results: result === undefined ? [] : [result] });
  expect(text.split("\n").filter((line) => line.startsWith("  ok"))).toEqual([]);
  for (const raw of ["\u001b", "\u202e"]) expect(text).not.toContain(raw);
});
