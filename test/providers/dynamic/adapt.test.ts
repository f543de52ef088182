import { describe, expect, jest, test } from "@jest/globals";
import * as z from "zod";
import { adapt } from "../../../providers/dynamic/adapt";
import { PartialFailure, RelayError, SettingsError } from "../../../providers/lifecycle/errors";
import { input, output } from "../../../providers/lifecycle/fields";
import type { Lifecycle } from "../../../providers/lifecycle/lifecycle";
import type { OptIns } from "../../../providers/lifecycle/opt-ins";
import { remember } from "../../../providers/lifecycle/secrets";
import { UNKNOWN } from "../../../providers/lifecycle/unknown";
import { aRun } from "../a-run";

interface Inputs {
  name: string;
  headers: Record<string, string>;
  secret?: string | undefined;
}
interface Outputs extends Inputs {
  made: string;
}

const TEXT = { __provider: "the provider text" };
const SECRET = "4dabf18193072939515e22adb298388d";

type Parts = Partial<Lifecycle<Inputs, Outputs, string> & OptIns<Inputs, Outputs, string>>;

function providerOf(parts: Parts = {}, run = aRun()) {
  const unused = () => Promise.reject(new Error("not used"));
  const lifecycle: Lifecycle<Inputs, Outputs, string> & Parts = {
    name: "Thing",
    type: "kustomer:Thing",
    inputs: {
      name: input(z.string().min(2, "is too short")),
      headers: input(z.record(z.string(), z.string()).default({}), { compare: "case-insensitive map" }),
      secret: input(z.string().min(4, "is too short").optional(), { change: "replace", secret: true }),
    },
    outputs: { made: output(z.string()) },
    connect: () => "client",
    create: unused,
    read: unused,
    update: unused,
    delete: unused,
    ...parts,
  };
  return adapt(lifecycle, run);
}

/** Fails with anything at all. */
async function rejected(reason: unknown): Promise<never> {
  await Promise.resolve();
  AbortSignal.abort(reason).throwIfAborted();
  throw new Error("not reached");
}

async function thrownBy(work: (() => Promise<unknown> | undefined) | undefined): Promise<unknown> {
  return Promise.resolve(work?.()).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("what leaves a provider's method", () => {
  const failing = (error: unknown) => {
    const provider = providerOf({
      create: () => rejected(error),
      read: () => rejected(error),
      update: () => rejected(error),
      delete: () => rejected(error),
    });
    const properties = { name: "relay", headers: {}, ...TEXT };
    return [
      () => provider.create(properties),
      () => provider.read("id", properties),
      () => provider.update("id", properties, properties),
      () => provider.delete("id", properties),
    ];
  };

  test.each<[string, unknown]>([
    ["a text", "just a text"],
    ["null", null],
    ["an object without a prototype", Object.create(null)],
    ["a symbol", Symbol("sign")],
    ["an object", { code: 5, details: "x" }],
  ])("is an Error even when %s was thrown: anything else would hang the engine", async (_, thrown) => {
    for (const work of failing(thrown)) {
      const error = await thrownBy(work);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toContain("(this is unexpected: please report it)");
      expect(error).not.toHaveProperty("code");
    }
  });

  test("is the message alone, where the failure is understood", async () => {
    for (const work of failing(new RelayError("do it: Kustomer answered 400")))
      expect(await thrownBy(work)).toMatchObject({ message: "do it: Kustomer answered 400", stack: "", name: "" });
  });

  test("has no secret in message, stack or reasons", async () => {
    remember("a-secret-of-adapt");
    const bug = new TypeError("broken by a-secret-of-adapt");
    for (const work of failing(bug)) {
      const error = (await thrownBy(work)) as Error;
      expect(error.message + String(error.stack)).not.toContain("a-secret-of-adapt");
    }
    const [creating] = failing(new PartialFailure("id", { name: "a" }, ["because a-secret-of-adapt"]));
    expect(await thrownBy(creating)).toMatchObject({ reasons: ["because [secret]"] });
  });

  test("of a partial failure is the whole object, with the provider text", async () => {
    const [creating, , updating] = failing(new PartialFailure("id-1", { name: "a", made: undefined }, ["why"]));
    const whole = { id: "id-1", properties: { name: "a", ...TEXT }, reasons: ["why"] };
    expect(await thrownBy(creating)).toMatchObject(whole);
    expect(await thrownBy(updating)).toMatchObject(whole);
  });
});

describe("checking", () => {
  test("keeps the provider text, names no property and shows no value", async () => {
    const { inputs, failures } = await providerOf().check({}, { name: "a", secret: "abc", ...TEXT });
    expect(inputs).toMatchObject(TEXT);
    expect(failures).toEqual([
      { property: "", reason: "name: is too short" },
      { property: "", reason: "secret: is too short" },
    ]);
  });

  test("tells missing settings beside other mistakes, and at previews too; no setting is asked for twice", async () => {
    const problems = jest.fn(() => ["never"]);
    const provider = providerOf({
      connect: () => {
        throw new SettingsError(["no key is set: run this"]);
      },
      problems,
    });
    for (const name of ["a", UNKNOWN]) {
      const { failures } = await provider.check({}, { name, ...TEXT });
      expect(failures?.at(-1)).toEqual({ property: "", reason: "no key is set: run this" });
    }
    expect(problems).not.toHaveBeenCalled();
  });

  test("asks for problems between fields only when all of them are known and right", async () => {
    const provider = providerOf({ problems: () => ["does not fit"] });
    const reasons = async (given: object) =>
      (await provider.check({}, { ...given, ...TEXT })).failures?.map(({ reason }) => reason);
    expect(await reasons({ name: "relay" })).toEqual(["does not fit"]);
    expect(await reasons({ name: UNKNOWN })).toEqual([]);
    expect(await reasons({ name: "a" })).toEqual(["name: is too short"]);
  });
});

describe("comparing, reading and configuring", () => {
  test("what is the same is no change; what differs leaves it to the engine to show", async () => {
    const provider = providerOf();
    const known = { name: "relay", headers: { A: "1" }, made: "x", ...TEXT };
    expect(await provider.diff("id", known, { name: "relay", headers: { a: "1" }, ...TEXT })).toEqual({
      changes: false,
    });
    expect(await provider.diff("id", known, { name: "other", headers: { a: "1" }, ...TEXT })).toEqual({
      replaces: [],
    });
    expect(await provider.diff("id", known, { name: "relay", headers: { a: "1" }, secret: "abcd", ...TEXT })).toEqual({
      replaces: ["secret"],
    });
  });

  test("a header that is new to the state may be a copy of a secret, so it is marked as one", async () => {
    const provider = providerOf({
      read: () => Promise.resolve({ name: "relay", headers: { known: "1", added: "2" }, made: "x" }),
    });
    const { props, inputs } = await provider.read("id", { name: "relay", headers: { known: "0" }, ...TEXT });
    const headers = { known: "1", added: { [SECRET]: "1b47061264138c4ac30d75fd1eb44270", value: "2" } };
    expect(props).toEqual({ name: "relay", headers, made: "x", ...TEXT });
    expect(inputs).toEqual({ name: "relay", headers, ...TEXT });
  });

  test("what is gone is read as nothing", async () => {
    const provider = providerOf({ read: () => Promise.resolve(undefined) });
    expect(await provider.read("id", { name: "relay", ...TEXT })).toEqual({});
  });

  test("settings are there at once: other resources are read before configure has been awaited", async () => {
    const seen: unknown[] = [];
    const provider = providerOf({
      connect: (settings) => {
        seen.push(settings.get("kustomer:apiKey"));
        return "client";
      },
      delete: () => Promise.resolve(),
    });
    const config = { get: () => "the key", require: () => "the key" };
    void provider.configure({ config });
    await provider.delete("id", { name: "relay", ...TEXT });
    expect(seen).toEqual(["the key"]);
  });

  test("notices are given when nothing has changed, too", async () => {
    const run = aRun();
    const provider = providerOf({ notices: (known) => [`mind ${known.made}`] }, run);
    await provider.diff(
      "id",
      { name: "relay", headers: {}, made: "it", ...TEXT },
      { name: "relay", headers: {}, ...TEXT },
    );
    expect(run.warnings).toEqual(["mind it"]);
  });
});

describe("a state that an older version wrote", () => {
  const old = { name: "relay", header: "x-team", made: "then", ...TEXT };
  const today = { name: "relay", headers: { "x-team": "" }, made: "then" };
  const seen: Record<string, unknown> = {};
  const provider = providerOf({
    migrations: [({ header, ...stored }) => ({ ...stored, headers: { [String(header)]: "" } })],
    create: (_client, inputs) => Promise.resolve({ id: "id", outputs: { ...inputs, made: "now" } }),
    read: (_client, _id, known) => Promise.resolve((seen.read = known)),
    update: (_client, _id, known, inputs) => {
      seen.update = known;
      return Promise.resolve({ ...inputs, made: known.made });
    },
    delete: (_client, _id, known) => {
      seen.delete = known;
      return Promise.resolve();
    },
  });

  test("is migrated before any method sees it, and is no difference", async () => {
    const news = { name: "relay", headers: { "x-team": "" }, ...TEXT };
    expect(await provider.diff("id", old, news)).toEqual({ changes: false });
    expect(await provider.diff("id", old, { ...news, name: "other" })).toEqual({ replaces: [] });
    await provider.update("id", old, news);
    await provider.delete("id", old);
    await provider.read("id", old);
    expect(seen).toEqual({ read: today, update: today, delete: today });
  });

  test("is written back in today's version by everything that writes", async () => {
    const news = { name: "relay", headers: {}, ...TEXT };
    expect((await provider.create(news)).outs).toMatchObject({ stateVersion: 1, ...TEXT });
    expect((await provider.update("id", old, news)).outs).toMatchObject({ stateVersion: 1, ...TEXT });
    const found = await provider.read("id", old);
    expect(found.props).toEqual({ ...today, stateVersion: 1, ...TEXT });
    // The version is no input: it would be a difference to what the program says.
    expect(found.inputs).toEqual({ name: "relay", headers: { "x-team": "" }, ...TEXT });
  });

  test("is written in today's version, too, when making it failed half way", async () => {
    const failing = providerOf({
      migrations: [(stored) => stored],
      create: () => Promise.reject(new PartialFailure("id", { ...today }, ["it is failing"])),
    });
    expect(await thrownBy(() => failing.create({ name: "relay", headers: {}, ...TEXT }))).toMatchObject({
      properties: { ...today, stateVersion: 1, ...TEXT },
    });
  });

  test("is refused by every method when a newer version wrote it", async () => {
    const newer = { ...today, stateVersion: 2, ...TEXT };
    const said = "written by a newer pulumi-kustomer-relay";
    for (const work of [
      () => provider.diff("id", newer, today),
      () => provider.read("id", newer),
      () => provider.update("id", newer, today),
      () => provider.delete("id", newer),
    ])
      expect(await thrownBy(work)).toMatchObject({ message: expect.stringContaining(said), stack: "" });
  });
});
