import type * as z from "zod";

const THINGS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
  record: "names, each with a value",
};

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
  set: ["entry", "entries"],
};

/** What is wrong, where a schema has no words of its own for it. Never a value: it could be a secret. */
export const ourWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "is required: " : "must be "}${THINGS[issue.expected] ?? "something else"}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `must ${bound(issue.origin, "at least", Number(issue.minimum))}`;
    case "too_big":
      return `must ${bound(issue.origin, "at most", Number(issue.maximum))}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `there is no ${issue.keys.join(", ")}`;
    case "invalid_union":
      return "is nothing that may stand here";
    default:
      return "is not written as it has to be";
  }
};

function bound(origin: string, words: string, limit: number): string {
  const [one, many] = UNITS[origin] ?? [];
  return one === undefined ? `be ${words} ${limit}` : `have ${words} ${limit} ${limit === 1 ? one : many}`;
}
