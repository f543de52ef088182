import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Names, identifier, resourceName, withKind } from "../../../cli/import/names";

describe("what people call a webhook", () => {
  test.each([
    ["Support EU", "support-eu"],
    ["  --  Airkit (prod)  ", "airkit-prod"],
    ["Café Überhaupt", "cafe-uberhaupt"],
    ["2nd line", "webhook-2nd-line"],
    ["Продажи!", "webhook"],
    ["", "webhook"],
    ["class", "class"],
    ["a".repeat(255), "a".repeat(32)],
  ])("%p names the resource %p", (called, name) => {
    expect(resourceName(called, "webhook")).toBe(name);
  });

  test("always becomes what a relay may be called, and, with its kind, what code may", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (called) => {
        const name = resourceName(called, "webhook");
        expect(name).toMatch(/^[a-z][a-z0-9-]{0,39}$/);
        expect(identifier(withKind(name, "webhook"))).toMatch(/^[a-z][A-Za-z0-9]*Webhook$|^webhook$/);
      }),
    );
  });

  test("is told apart where several have the same name, also where only the case differs", () => {
    const names = new Names();
    expect(["support", "support", "Support", "support-2"].map((name) => names.unique(name, "-"))).toEqual([
      "support",
      "support-2",
      "Support-3",
      "support-2-2",
    ]);
  });
});
