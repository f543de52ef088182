import { beforeEach, expect, test } from "@jest/globals";
import { SIGNATURE, type Values, wrapSecret } from "../../../providers/native/values";
import { UNKNOWN } from "../../../providers/lifecycle/unknown";
import { type Plugin, startPlugin } from "./support/client";

/** What a program may give where a text or a number is expected. Nothing of it needs Kustomer. */
const ROUTE = "ReceiverRoute";
const HOOK = "KustomerOutboundWebhook";
const declared = { url: "https://example.com/hook" };
const marked = (mark: string, others: object): object => ({ [SIGNATURE]: mark, ...others });

let engine: Plugin;
beforeEach(async () => {
  engine = await startPlugin();
  await engine.configure({});
});

async function headersOf(headers: unknown): Promise<unknown> {
  return (await engine.check(HOOK, { ...declared, headers })).inputs.headers;
}

test("a whole resource given as an argument stands for its id, and one that has none for its URN", async () => {
  const whole = (others: object): object => marked("5cf8f73096256a8f31e491e813e4eb8e", others);
  const urn = "urn:pulumi:dev::relays::kustomer-relay:index:KustomerRelay::other";
  const given = {
    "x-id": whole({ urn, id: "an-id" }),
    "x-new": wrapSecret(whole({ urn, id: "" })),
    "x-urn": whole({ urn }),
  };
  expect(await headersOf(given)).toEqual({ "x-id": "an-id", "x-new": wrapSecret(UNKNOWN), "x-urn": urn });
});

test("an output as a whole stands for its value, secret where it is, and unknown where it has none", async () => {
  const output = (others: object): object => marked("d0e6a833031e9bbcd3f4e8bde6ca49a4", others);
  const given = {
    "x-known": output({ value: "text", dependencies: ["urn"] }),
    "x-secret": output({ value: "key", secret: true }),
    "x-open": output({ dependencies: ["urn"] }),
    "x-both": output({ secret: true }),
    "x-twice": output({ value: output({ value: "inner", secret: true }) }),
  };
  expect(await headersOf(given)).toEqual({
    "x-known": "text",
    "x-secret": wrapSecret("key"),
    "x-open": UNKNOWN,
    "x-both": wrapSecret(UNKNOWN),
    "x-twice": wrapSecret("inner"),
  });
});

test("an asset or an archive is refused by the property's name, also where it would pass for a map of texts", async () => {
  for (const [mark, others] of [
    ["c44067f5952c0a294b673a41bacd8c17", { text: "text", hash: "ab" }],
    ["0def7320c3a5731c473e5ecbe6d01bc7", { path: ".", hash: "ab" }],
  ] as const) {
    const file = marked(mark, others);
    const failuresOf = async (given: Values): Promise<string[]> =>
      (await engine.check(HOOK, { ...declared, ...given })).failures;
    const whole = { name: file, enabled: file, events: file, headers: wrapSecret(file) };
    expect(await failuresOf(whole)).toEqual(
      expect.arrayContaining([
        "name: must be text",
        "enabled: must be true or false",
        "events[0]: must be the name of an event",
        "headers: must be names, each with a value",
      ]),
    );
    expect(await failuresOf({ headers: { "x-a": file } })).toContain("headers.x-a: must be text");
  }
});

test("null is what is not given, as Python has no other word for it; inside a map it is a mistake", async () => {
  const nulls = { sealKey: null, name: null } satisfies Values;
  expect((await engine.check(ROUTE, nulls)).failures).toEqual((await engine.check(ROUTE, {})).failures);
  const { inputs } = await engine.check(HOOK, { ...declared, enabled: null, events: null, headers: null });
  expect(inputs).toMatchObject({ enabled: true, headers: {} });
  const { failures } = await engine.check(HOOK, { ...declared, headers: { "x-a": null } });
  expect(failures).toContain("headers.x-a: must be text");
});

test("a number, a truth, a list or a date where a text is expected is told by its place, and never changed into one", async () => {
  for (const odd of [42, true, ["text"], { a: "b" }])
    expect((await engine.check(HOOK, { ...declared, name: odd, headers: { "x-a": odd } })).failures).toEqual(
      expect.arrayContaining(["name: must be text", "headers.x-a: must be text"]),
    );
  expect((await engine.check(HOOK, { ...declared, watchSeconds: "5" })).failures).toContain(
    "watchSeconds: must be a number of seconds",
  );
  // YAML's dates are texts.
  expect(await headersOf({ "x-since": "2026-11-26" })).toEqual({ "x-since": "2026-11-26" });
});
