import { describe, expect, test } from "@jest/globals";
import { redact, redactQuoted, remember, rememberSent } from "../../../providers/lifecycle/secrets";
import { newRun } from "../../../providers/lifecycle/run";

describe("secrets in messages", () => {
  test("are blotted out wherever they appear", () => {
    remember("key-one-4711");
    expect(redact("key-one-4711 and key-one-4711")).toBe("[secret] and [secret]");
  });

  test("are blotted out whole when one is a part of another", () => {
    remember("part-of-it", "the-part-of-it-all");
    expect(redact("the-part-of-it-all, part-of-it")).toBe("[secret], [secret]");
  });

  test("are found also inside of quoted JSON and of a URL", () => {
    remember('quote"backslash\\space end');
    expect(redact(JSON.stringify({ value: 'quote"backslash\\space end' }))).toBe('{"value":"[secret]"}');
    expect(redact(`?key=${encodeURIComponent('quote"backslash\\space end')}`)).toBe("?key=[secret]");
  });

  test("that were only sent along are blotted out in what others say, not in our own words", () => {
    rememberSent("support");
    expect(redact("ask the support")).toBe("ask the support");
    expect(redactQuoted("header support is too long")).toBe("header [secret] is too long");
  });

  test("are not looked for when they are too short to tell, or no text", () => {
    remember("abc", undefined, 12345678, "");
    expect(redact("abc 12345678")).toBe("abc 12345678");
  });

  test("do not show in a warning, and a warning is given once", () => {
    const said: string[] = [];
    const run = newRun({ show: (warning) => said.push(warning) });
    remember("key-two-4711");
    run.warn("mind key-two-4711");
    run.warn("mind key-two-4711");
    expect(said).toEqual(["mind [secret]"]);
  });
});
