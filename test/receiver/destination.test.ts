import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { destinationHeaderProblems } from "../../receiver/destination";

describe("a destination's headers", () => {
  test("as people write them are taken", () => {
    const headers = { Authorization: "Bearer abc+/=", "x-tenant": "Zürich", "X-Empty": "", "x-tab": "a\tb" };
    expect(destinationHeaderProblems(headers)).toEqual([]);
  });

  test.each([
    "Host",
    "content-length",
    "Transfer-Encoding",
    "expect",
    "connection",
    "keep-alive",
    "upgrade",
    "TE",
    "trailer",
  ])("cannot set %s, with which no event would ever be sent", (name) => {
    expect(destinationHeaderProblems({ [name]: "x" })).toEqual([{ name, problem: "is set by HTTP itself; remove it" }]);
  });

  test.each([
    ["a\r\nx-injected: 1", /line break/],
    ["a\n", /line break/],
    ["日本", /Latin/],
    ["a\u0000b", /characters/],
    ["\u007f", /characters/],
    [7, /quotes/],
    [true, /quotes/],
    [null, /quotes/],
    [["a"], /quotes/],
  ])("with the value %j are refused", (value, problem) => {
    const [found, ...others] = destinationHeaderProblems({ "x-key": value });
    expect(found?.name).toBe("x-key");
    expect(found?.problem).toMatch(problem);
    expect(others).toEqual([]);
  });

  test("with a name that is none, or twice in two spellings, are refused", () => {
    expect(destinationHeaderProblems({ "x key": "1", "": "2", "x:y": "3" })).toHaveLength(3);
    expect(destinationHeaderProblems({ "X-Key": "1", "x-key": "2" })).toEqual([
      { name: "x-key", problem: "is there twice; write it once" },
    ]);
  });

  test("that are taken are taken by the client that sends them, too", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ unit: "binary" })), (headers) => {
        if (destinationHeaderProblems(headers).length > 0) return;
        expect(() => new Headers(headers)).not.toThrow();
      }),
    );
  });
});
