import { describe, expect, test } from "@jest/globals";
import { asTable } from "../../cli/import/choose";
import { counted, lasting, named, shortened } from "../../cli/words";

describe("what commands print", () => {
  test("counts in plain words", () => {
    expect([0, 1, 2].map((count) => counted(count, "declared header"))).toEqual([
      "0 declared headers",
      "1 declared header",
      "2 declared headers",
    ]);
    expect([0, 119_000, 600_000, 7_200_000, 172_800_000].map(lasting)).toEqual([
      "0 s",
      "119 s",
      "10 min",
      "2 h",
      "2 days",
    ]);
  });

  test("keeps the begin and the end of a name that is too long for a line, and cuts no letter in half", () => {
    expect(named([{ name: "x".repeat(127) + "y".repeat(128), id: "5f2c" }])).toBe(
      `"${"x".repeat(20)}…${"y".repeat(19)}" (5f2c)`,
    );
    expect(shortened("support")).toBe("support");
    expect(shortened("🧭".repeat(255))).toBe(`${"🧭".repeat(20)}…${"🧭".repeat(19)}`);
  });

  test("keeps a table of objects with such names as wide as others", () => {
    const found = {
      kind: "webhook",
      name: "n".repeat(255),
      id: "61aa",
      detail: "https://example.com/",
      remark: "",
      usual: true,
    } as const;
    const widths = asTable([{ ...found, managed: false, properties: {} }])
      .split("\n")
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThan(120);
  });
});
