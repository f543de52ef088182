/** One question about an event: exactly one of `events` and `path` is asked, and with `path` exactly one of the three below it. */
export interface FilterTest {
  /** The event's name is one of these; a `*` at the end stands for any ending. */
  readonly events?: readonly string[] | undefined;
  /** Where in the event: names, and positions in lists, with dots between them, such as `data.attributes.direction`. */
  readonly path?: string | undefined;
  /** What is there is this, or is a list in which it is. */
  readonly equals?: FilterValue | undefined;
  /** What is there is one of these, or is a list in which one of them is. */
  readonly oneOf?: readonly FilterValue[] | undefined;
  /** Something is there that is not null; or, with false, nothing is. */
  readonly exists?: boolean | undefined;
}

/** What must be so for an event to go on. An event goes on if all rules that apply to it hold. */
export interface FilterRule extends FilterTest {
  /** By which what it filters is counted. Default: `rule-1`, by its position. */
  readonly name?: string | undefined;
  /** The events that the rule is about, as in `events`; all others pass it. Default: every event. */
  readonly appliesTo?: readonly string[] | undefined;
  /** The rule holds where this does not. */
  readonly not?: FilterTest | undefined;
}

export type FilterValue = string | number | boolean;

/** The name of the rule by which an event does not go on; undefined when it goes on. */
export type Filter = (event: unknown) => string | undefined;

export const FILTER_LIMITS = { rules: 50, list: 200, pathDepth: 20 } as const;

const RULE_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const EVENT_PATTERN = /^[\w.-]+\*?$|^\*$/;

export interface FilterProblem {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** Everything that is wrong with a filter, each with its path. */
export function filterProblems(filter: unknown): FilterProblem[] {
  if (!Array.isArray(filter)) return [{ path: [], problem: "must be a list of rules" }];
  if (filter.length > FILTER_LIMITS.rules)
    return [{ path: [], problem: `has ${filter.length} rules; there may be ${FILTER_LIMITS.rules}` }];
  const names = filter.map((rule, index) => nameOf(rule, index));
  return filter.flatMap((rule: unknown, index) => {
    const found = ruleProblems(rule);
    if (names.indexOf(names[index] ?? "") < index)
      found.push({ path: ["name"], problem: `is the name of an earlier rule, too: ${String(names[index])}` });
    return found.map(({ path, problem }) => ({ path: [index, ...path], problem }));
  });
}

const TEST_KEYS = ["events", "path", "equals", "oneOf", "exists"];
const RULE_KEYS = ["name", "appliesTo", ...TEST_KEYS, "not"];

function ruleProblems(rule: unknown): FilterProblem[] {
  if (!isRecord(rule)) return [{ path: [], problem: "must be a rule: `events`, `path` or `not`" }];
  const { name, appliesTo, not } = rule;
  const problems = unknownKeys(rule, RULE_KEYS);
  if (name !== undefined && !(typeof name === "string" && RULE_NAME.test(name)))
    problems.push({ path: ["name"], problem: "must be lowercase letters, digits and dashes, at most 40" });
  if (appliesTo !== undefined) problems.push(...below("appliesTo", patternProblems(appliesTo)));
  if (not === undefined) return [...problems, ...testProblems(rule)];
  const others = TEST_KEYS.filter((key) => rule[key] !== undefined);
  if (others.length > 0)
    problems.push({
      path: [],
      problem: `\`not\` stands alone: move ${others.join(", ")} into it, or into another rule`,
    });
  if (!isRecord(not)) return [...problems, { path: ["not"], problem: "must be a test: `events` or `path`" }];
  return [...problems, ...below("not", [...unknownKeys(not, TEST_KEYS), ...testProblems(not)])];
}

function testProblems(test: Readonly<Record<string, unknown>>): FilterProblem[] {
  const { events, path, equals, oneOf, exists } = test;
  if ((events === undefined) === (path === undefined))
    return [{ path: [], problem: "must say exactly one of `events`, `path` and `not`" }];
  const answers = Object.entries({ equals, oneOf, exists }).filter(([, value]) => value !== undefined);
  if (events !== undefined) {
    const extra = answers.map(([key]) => ({ path: [key], problem: "goes with `path`, which is not given" }));
    return [...below("events", patternProblems(events)), ...extra];
  }
  const problems: FilterProblem[] = [];
  const wrong = pathProblem(path);
  if (wrong !== undefined) problems.push({ path: ["path"], problem: wrong });
  if (answers.length !== 1)
    problems.push({ path: [], problem: "must say what is at `path`: exactly one of `equals`, `oneOf` and `exists`" });
  if (equals !== undefined && !isValue(equals)) problems.push({ path: ["equals"], problem: NO_VALUE });
  if (exists !== undefined && typeof exists !== "boolean")
    problems.push({ path: ["exists"], problem: "must be true or false" });
  return oneOf === undefined ? problems : [...problems, ...below("oneOf", valueProblems(oneOf))];
}

const NO_VALUE = "must be text, a number, or true or false; to ask whether anything is there, use `exists`";

function valueProblems(values: unknown): FilterProblem[] {
  const problem = listProblem(values);
  if (problem !== undefined || !Array.isArray(values)) return [{ path: [], problem: problem ?? "" }];
  return values.flatMap((value, index) => (isValue(value) ? [] : [{ path: [index], problem: NO_VALUE }]));
}

function patternProblems(patterns: unknown): FilterProblem[] {
  const problem = listProblem(patterns);
  if (problem !== undefined || !Array.isArray(patterns)) return [{ path: [], problem: problem ?? "" }];
  return patterns.flatMap((pattern, index) =>
    typeof pattern === "string" && EVENT_PATTERN.test(pattern)
      ? []
      : [
          {
            path: [index],
            problem: "must be an event's name, such as kustomer.message.create, or its beginning and *",
          },
        ],
  );
}

function listProblem(values: unknown): string | undefined {
  if (!Array.isArray(values) || values.length === 0) return "must be a list with at least one entry";
  return values.length > FILTER_LIMITS.list
    ? `has ${values.length} entries; there may be ${FILTER_LIMITS.list}`
    : undefined;
}

function pathProblem(path: unknown): string | undefined {
  if (typeof path !== "string" || path === "" || path.split(".").includes(""))
    return "must be names with dots between them, such as data.attributes.direction";
  return path.split(".").length > FILTER_LIMITS.pathDepth
    ? `goes deeper than ${FILTER_LIMITS.pathDepth} names`
    : undefined;
}

function unknownKeys(given: Readonly<Record<string, unknown>>, known: readonly string[]): FilterProblem[] {
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: [key], problem: `is nothing that a filter knows; there are ${known.join(", ")}` }));
}

function below(key: string, problems: readonly FilterProblem[]): FilterProblem[] {
  return problems.map(({ path, problem }) => ({ path: [key, ...path], problem }));
}

/** Made once, and asked for every event. Give it only rules without a problem. */
export function compileFilter(rules: readonly FilterRule[]): Filter {
  const compiled = rules.map((rule, index) => {
    const applies = rule.appliesTo === undefined ? () => true : named(rule.appliesTo);
    const holds = rule.not === undefined ? testOf(rule) : negated(testOf(rule.not));
    return { name: nameOf(rule, index), filters: (event: object) => applies(event) && !holds(event) };
  });
  return (event) => {
    // What is no object has nothing that a rule could look at, and is never lost for that.
    if (!isRecord(event)) return undefined;
    return compiled.find(({ filters }) => filters(event))?.name;
  };
}

type Test = (event: object) => boolean;

function testOf({ events, path = "", equals, oneOf, exists }: FilterTest): Test {
  if (events !== undefined) return named(events);
  const parts = path.split(".");
  if (exists !== undefined) return (event) => isThere(at(event, parts)) === exists;
  const wanted = new Set<unknown>(oneOf ?? [equals]);
  return (event) => {
    const found = at(event, parts);
    return Array.isArray(found) ? found.some((one) => wanted.has(one)) : wanted.has(found);
  };
}

function negated(test: Test): Test {
  return (event) => !test(event);
}

function named(patterns: readonly string[]): Test {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith("*")));
  const beginnings = patterns.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1));
  return (event) => {
    const name = at(event, ["name"]);
    if (typeof name !== "string") return false;
    return exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
  };
}

/** Only what the event itself has: every object inherits a `constructor`. */
function at(event: object, parts: readonly string[]): unknown {
  let here: unknown = event;
  for (const part of parts) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return here;
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isValue(value: unknown): value is FilterValue {
  return typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && isFinite(value));
}

function nameOf(rule: unknown, index: number): string {
  const name = isRecord(rule) ? rule.name : undefined;
  return typeof name === "string" ? name : `rule-${index + 1}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
