export type Value = { readonly S: string } | { readonly N: string };
export type Item = Record<string, Value>;

/** As much of DynamoDB's expressions as the receiver's own use: comparisons, AND, OR, brackets, attribute_not_exists. */
export function holds(
  expression: string,
  item: Item | undefined,
  values: Item,
  names: Record<string, string>,
): boolean {
  const tokens = expression.match(/attribute_not_exists|AND|OR|<=|>=|[=<>()]|[#:]?\w+/g) ?? [];
  let at = 0;
  const take = (): string => tokens[at++] ?? "";
  const valueOf = (token: string): Value | undefined => {
    if (token.startsWith(":")) return values[token];
    return item?.[names[token] ?? token];
  };
  const either = (): boolean => {
    let result = both();
    while (tokens[at] === "OR") {
      take();
      const right = both();
      result ||= right;
    }
    return result;
  };
  const both = (): boolean => {
    let result = one();
    while (tokens[at] === "AND") {
      take();
      const right = one();
      result &&= right;
    }
    return result;
  };
  const one = (): boolean => {
    const token = take();
    if (token === "(") {
      const result = either();
      take();
      return result;
    }
    if (token === "attribute_not_exists") {
      take();
      const name = take();
      take();
      return valueOf(name) === undefined;
    }
    return compare(valueOf(token), take(), valueOf(take()));
  };
  return either();
}

function compare(left: Value | undefined, operator: string, right: Value | undefined): boolean {
  if (!left || !right) return false;
  if (!("N" in left) || !("N" in right)) return operator === "=" && JSON.stringify(left) === JSON.stringify(right);
  const [a, b] = [Number(left.N), Number(right.N)];
  if (operator === "=") return a === b;
  if (operator === ">") return a > b;
  if (operator === "<=") return a <= b;
  if (operator === ">=") return a >= b;
  if (operator === "<") return a < b;
  throw new Error(`The stand-in does not know the operator ${operator}.`);
}

function sum(one: Value | undefined, other: Value | undefined): Value | undefined {
  return one && other && "N" in one && "N" in other ? { N: String(Number(one.N) + Number(other.N)) } : undefined;
}

/** `SET a = :x, #b = :y, c = c + :w ADD d :z`, or `REMOVE a`. */
export function updated(item: Item, expression: string, values: Item, names: Record<string, string>): Item {
  const result = { ...item };
  const gone = /^REMOVE (\S+)$/.exec(expression)?.[1];
  if (gone !== undefined)
    return Object.fromEntries(Object.entries(item).filter(([name]) => name !== (names[gone] ?? gone)));
  const [, set = "", add] = /^SET (.*?)(?: ADD (.*))?$/.exec(expression) ?? [];
  for (const clause of set.split(", ")) {
    const [name = "", value = ""] = clause.split(" = ");
    const [, base = "", more = ""] = /^(\w+) \+ (:\w+)$/.exec(value) ?? [];
    const given = base === "" ? values[value] : sum(item[base], values[more]);
    if (!given) throw new Error(`The stand-in was given no ${value}.`);
    result[names[name] ?? name] = given;
  }
  if (add !== undefined) {
    const [name = "", value = ""] = add.split(" ");
    const [before, more] = [result[name], values[value]];
    result[name] = {
      N: String((before && "N" in before ? Number(before.N) : 0) + (more && "N" in more ? Number(more.N) : 0)),
    };
  }
  return result;
}
