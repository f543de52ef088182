import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { onlyUsersLine } from "../../../providers/dynamic/source-position";

/** As deep as a resource's constructor is where the SDK asks: five frames of its own, ours, and the user's. */
function underTheSdk<Result>(depth: number, ask: () => Result): Result {
  return depth === 0 ? ask() : underTheSdk(depth - 1, ask);
}

const stack = (): string => String(new Error("here").stack);
function debuggablePromise(): string {
  return String(new Error("of a property").stack);
}

describe("while a resource is constructed", () => {
  const formatted: number[] = [];
  const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");

  beforeEach(() => {
    formatted.length = 0;
    Error.prepareStackTrace = (error, frames) => {
      formatted.push(frames.length);
      return [String(error), ...frames.map((frame) => `mapped ${String(frame.getFunctionName())}`)].join("\n");
    };
  });
  afterEach(() => {
    Reflect.deleteProperty(Error, "prepareStackTrace");
    if (before !== undefined) Object.defineProperty(Error, "prepareStackTrace", before);
  });

  test("a stack has what the SDK skips and one line more, formatted as it would be otherwise", () => {
    const restore = onlyUsersLine();
    const text = underTheSdk(12, stack);
    restore();
    expect(text.split("\n")).toHaveLength(1 + 5 + 1);
    expect(formatted).toEqual([6]);
    expect(text).toContain("mapped underTheSdk");
  });

  test("a stack that only serves debugging is not looked up in source maps", () => {
    const restore = onlyUsersLine();
    const text = underTheSdk(12, debuggablePromise);
    restore();
    expect(formatted).toEqual([]);
    expect(text).toContain("debuggablePromise");
  });

  test("all is as it was before, afterwards", () => {
    onlyUsersLine()();
    stack();
    expect(formatted).toHaveLength(1);
    expect(formatted[0]).toBeGreaterThan(6);
  });
});
