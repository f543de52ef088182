import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { AirkitKind, FormValues } from "../../../providers/airkit/driver";
import { changedFields, newRevisionKey, recordOf, revisionOf } from "../../../providers/airkit/revision";

const kind: AirkitKind = {
  noun: "Routing Flow",
  resource: "AirkitRoutingFlow",
  collection: "routing-flows",
  idField: "routingFlowId",
  page: "Console",
  button: "Create New",
  madeFirst: false,
  form: [
    { property: "name", label: "Name", secret: false, replaces: false, words: undefined },
    { property: "weight", label: "Weight", secret: false, replaces: false, words: undefined },
    { property: "secretKey", label: "Secret", secret: true, replaces: false, words: undefined },
  ],
};

const settings = fc.record(
  { name: fc.string({ minLength: 1 }), weight: fc.integer(), secretKey: fc.string({ minLength: 8 }) },
  { requiredKeys: ["name", "secretKey"] },
);
const key = fc.string({ minLength: 16 });
const revision = (values: FormValues, revisionKey: string): string =>
  revisionOf(recordOf(kind, values, revisionKey), revisionKey);

describe("a revision", () => {
  test("is the same for the same settings, in whatever order they are given", () => {
    fc.assert(
      fc.property(settings, key, (values, revisionKey) => {
        const reversed = Object.fromEntries(Object.entries(values).reverse());
        expect(revision(reversed, revisionKey)).toBe(revision(values, revisionKey));
      }),
    );
  });

  test("differs when any setting does, a secret one too", () => {
    fc.assert(
      fc.property(settings, settings, key, (one, other, revisionKey) => {
        const same =
          changedFields(kind, recordOf(kind, one, revisionKey), recordOf(kind, other, revisionKey)).length === 0;
        expect(revision(one, revisionKey) === revision(other, revisionKey)).toBe(same);
        expect(same).toBe(one.name === other.name && one.weight === other.weight && one.secretKey === other.secretKey);
      }),
    );
  });

  test("is text to Pulumi's config, never a number or a boolean", () => {
    fc.assert(
      fc.property(settings, key, (values, revisionKey) => {
        expect(revision(values, revisionKey)).toMatch(/^r[0-9a-f]{12}$/);
      }),
    );
  });

  test("tells nothing to whoever lacks the key: with another one, the same settings look different", () => {
    fc.assert(
      fc.property(settings, (values) => {
        expect(revision(values, newRevisionKey())).not.toBe(revision(values, newRevisionKey()));
      }),
    );
  });
});

describe("the record of what was applied", () => {
  test("holds plain fields as they are, and of a secret only a keyed digest", () => {
    fc.assert(
      fc.property(fc.uuid(), key, (secretKey, revisionKey) => {
        const record = recordOf(kind, { name: "support", secretKey }, revisionKey);
        expect(record.name).toBe("support");
        expect(JSON.stringify(record)).not.toContain(secretKey);
        expect(record.secretKey).toMatch(/^hmac:[0-9a-f]{64}$/);
      }),
    );
  });

  test("names added, changed and emptied fields, in the form's order", () => {
    expect(changedFields(kind, { weight: 1, name: "a" }, { secretKey: "hmac:1", name: "b" })).toEqual([
      "name",
      "weight",
      "secretKey",
    ]);
    expect(changedFields(kind, { name: "a" }, { name: "a" })).toEqual([]);
  });
});
