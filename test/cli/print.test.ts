import { afterEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { harmless, harmlessJson, harmlessLines } from "../../cli/harmless";
import { printError, printJson, printLine, table } from "../../cli/print";

afterEach(() => {
  jest.restoreAllMocks();
});

/** What a command wrote to one of its streams. */
function written(stream: "stdout" | "stderr", work: () => void): string {
  let text = "";
  jest.spyOn(process[stream], "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  work();
  return text;
}

const hostile = [
  ["an escape sequence that clears the screen", "\u001b[2J", "\\u001b[2J"],
  ["its one-byte form of the C1 controls", "\u009b2J", "\\u009b2J"],
  ["a bell and a backspace", "\u0007\b", "\\u0007\\u0008"],
  ["a carriage return that overwrites the line", "bad\rgood", "bad\\rgood"],
  ["line and paragraph separators", "a\u2028b\u2029c", "a\\u2028b\\u2029c"],
  ["a right-to-left override", "invoice\u202efdp.exe", "invoice\\u202efdp.exe"],
  ["bidi isolates", "\u2066a\u2069", "\\u2066a\\u2069"],
  ["a zero width space", "ad\u200bmin", "ad\\u200bmin"],
  ["invisible tags beyond the basic plane", "a\u{e0041}", "a\\udb40\\udc41"],
  ["half a surrogate pair", "a\ud800b", "a\\ud800b"],
] as const;

/** Text with as many of the dangerous characters as of the others. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\n", "\t", ...hostile.map(([, text]) => text)),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(""));

/** By what a terminal does, not by the words of the implementation. */
function actsOnATerminal(text: string): boolean {
  return Array.from(text).some((character) => {
    const at = character.codePointAt(0) ?? 0;
    const isControl = at < 0x20 || (at >= 0x7f && at <= 0x9f);
    const turnsOrHides =
      (at >= 0x200b && at <= 0x200f) || (at >= 0x2028 && at <= 0x202e) || (at >= 0x2060 && at <= 0x206f);
    return isControl || turnsOrHides || at === 0xfeff || (at >= 0xd800 && at <= 0xdfff) || at >> 8 === 0xe00;
  });
}

describe("text of others' making", () => {
  test.each(hostile)("with %s is shown and does nothing", (_, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  test("never holds anything that a terminal acts on, whatever it was", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(actsOnATerminal(harmless(text))).toBe(false);
        expect(actsOnATerminal(harmlessLines(text).replaceAll("\n", ""))).toBe(false);
      }),
    );
  });

  test("that is ordinary, in any script, stays as it is", () => {
    for (const text of ["Zoë writes “ça va?”", "日本語 العربية עברית ไทย", "👍🏽 ❤️", "a\\nb", ""])
      expect(harmless(text)).toBe(text);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
        expect(harmless(text)).toBe(text);
      }),
    );
  });

  test("is the same after a second time", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(harmless(harmless(text))).toBe(harmless(text));
      }),
    );
  });
});

describe("what the commands print", () => {
  test("as JSON reads back as it was, and does nothing to a terminal", () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText))), (value) => {
        const text = harmlessJson(value, 2);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(actsOnATerminal(text.replaceAll("\n", ""))).toBe(false);
      }),
    );
  });

  test("as a table has one line for each row, whatever the cells hold", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText), { maxLength: 5 }), (rows) => {
        const text = table(["event", "name"], rows);
        expect(text.split("\n")).toHaveLength(rows.length + 1);
        expect(actsOnATerminal(text.replaceAll("\n", ""))).toBe(false);
      }),
    );
  });

  test("to either stream does nothing to a terminal, also in an error's words", () => {
    expect(
      written("stdout", () => {
        printLine("one\ntwo \u001b[31m");
      }),
    ).toBe("one\ntwo \\u001b[31m\n");
    expect(
      written("stdout", () => {
        printJson({ name: "\u009b\u2028" });
      }),
    ).toBe('{\n  "name": "\\u009b\\u2028"\n}\n');
    expect(
      written("stderr", () => {
        printError("it answered \u001b]0;owned\u0007");
      }),
    ).toBe("it answered \\u001b]0;owned\\u0007\n");
  });
});
