import { UsageError } from "../command";

/**
 * `1-3,5`, `all`, or ids of objects: the places in `ids`, counted from 0, in order and each once. Nothing stands for `usual`.
 */
export function selection(text: string, ids: readonly string[], usual: readonly number[]): number[] {
  const wanted = text.trim();
  if (wanted === "") return [...usual];
  if (wanted.toLowerCase() === "all") return ids.map((_, index) => index);
  const parts = wanted.split(/[\s,]+/).filter((part) => part !== "");
  return [...new Set(parts.flatMap((part) => placesOf(part, ids)))].sort((one, other) => one - other);
}

function placesOf(part: string, ids: readonly string[]): number[] {
  const place = ids.indexOf(part);
  return place >= 0 ? [place] : range(part, ids.length);
}

function range(part: string, count: number): number[] {
  const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || from < 1 || to < from || to > count)
    throw new UsageError(
      `${part} is neither a number nor an id of the table: give numbers from 1 to ${count}, ranges such as 1-3, or ids, with commas between them.`,
      "kustomer-relay import",
    );
  return Array.from({ length: to - from + 1 }, (_, index) => from - 1 + index);
}
