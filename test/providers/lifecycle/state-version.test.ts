import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Migration, migrate, stamp } from "../../../providers/lifecycle/state-version";

const history: Migration[] = [
  ({ address, ...stored }) => ({ ...stored, url: address }),
  (stored) => ({ ...stored, tags: [] }),
];
const of = (migrations: Migration[]) => ({ name: "Thing", migrations });

describe("a state", () => {
  test("of the first version bears no version, and one of a later version bears it", () => {
    expect(stamp({ name: "Thing" } as object)).toEqual({});
    expect(stamp(of(history))).toEqual({ stateVersion: 2 });
  });

  test("goes through each step that it has not been through, in order", () => {
    const today = { name: "relay", url: "https://example.com", tags: [] };
    expect(migrate(of(history), { name: "relay", address: "https://example.com" })).toEqual(today);
    expect(migrate(of(history), { stateVersion: 1, name: "relay", url: "https://example.com" })).toEqual(today);
    expect(migrate(of(history), { stateVersion: 2, ...today })).toEqual(today);
  });

  test("of today's version is left as it is, whatever it holds", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (stored, version) => {
        const { stateVersion, ...expected } = stored;
        const never = Array.from({ length: version }, (): Migration => () => {
          throw new Error("it is of today's version");
        });
        expect(migrate(of(never), { ...stored, stateVersion: version })).toEqual(expected);
      }),
    );
  });

  test.each([3, -1, 1.5, "2", null])("of the version %p is refused with what to install", (stateVersion) => {
    expect(() => migrate(of(history), { stateVersion, name: "relay" })).toThrow(
      /^read the state of Thing "relay": it was written by a newer pulumi-kustomer-relay \(state version .*, this one knows 2\); .*npm install/,
    );
  });
});
