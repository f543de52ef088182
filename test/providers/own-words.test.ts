import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { relayProblems } from "../../components/relay/preflight";
import type { KustomerRelayArgs } from "../../index";
import { messageOf } from "../../providers/lifecycle/errors";
import { settingsFrom } from "../../providers/lifecycle/settings";
import { validate } from "../../providers/lifecycle/validate";
import { lifecycles } from "../../providers/lifecycles";
import { relaysOf } from "../../stack/relays";

/** How the library that checks says it, where a schema has no words of its own. */
const NOT_OURS =
  /Invalid (input|option|key|value|type|string|url)|expected \w+, received|Unrecognized key|Too (small|big)/i;

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, "", " ", -1, 0.5, 1e99, Number.NaN, [], [null], {}, { "": null }, [[]], true),
);
const anythingBelow = (names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(names.map((name) => [name, anything])), { requiredKeys: [] });

test.each(lifecycles.map((one) => [one.type, one] as const))(
  "whatever is declared of a %s, its mistakes are told in words of ours",
  (_, lifecycle) => {
    fc.assert(
      fc.property(anythingBelow([...Object.keys(lifecycle.inputs), "other"]), (given) => {
        for (const { reason } of validate(lifecycle, given).problems) expect(reason).not.toMatch(NOT_OURS);
      }),
    );
  },
);

const NOTHING = settingsFrom(() => undefined, {});
const parts = anythingBelow([
  "id",
  "name",
  "apiKey",
  "webhook",
  "account",
  "resource",
  "hub",
  "routingFlow",
  "kind",
  "url",
]);
const relay = fc.record(
  {
    name: fc.oneof(fc.constant("support"), anything),
    kustomer: fc.oneof(parts, anything),
    airkit: fc.oneof(parts, anything),
    receiver: fc.oneof(
      fc.tuple(parts, fc.constantFrom("aws", "url", "self-hosted", 7)).map(([all, kind]) => ({ ...all, kind })),
      anything,
    ),
    destination: anything,
    rotation: anything,
    other: anything,
  },
  { requiredKeys: [] },
);

test("whatever is declared of a relay, in a program or in stack config, its mistakes are told in words of ours", () => {
  fc.assert(
    fc.property(fc.oneof(relay, anything), fc.boolean(), (given, isKnown) => {
      const problems = relayProblems([
        { name: "support", args: given as KustomerRelayArgs, settings: isKnown ? NOTHING : undefined },
      ]);
      expect(problems.join("\n")).not.toMatch(NOT_OURS);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.array(relay), anything), (given) => {
      expect(messageOf(failureOf(() => relaysOf(given)))).not.toMatch(NOT_OURS);
    }),
  );
});

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return "";
}
