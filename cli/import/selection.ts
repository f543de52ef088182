import { UsageError } from "../command";

/** `1-3,5`: the places, counted from 0, in order and each once. `usual` is what nothing, and `all` what everything, stands for. */
export function selection(text: string, count: number, usual: readonly number[]): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...usual];
  if (wanted === "all") return Array.from({ length: count }, (_, index) => index);
  const places = wanted.split(/[\s,]+/).filter((part) => part !== "");
  return [...new Set(places.flatMap((part) => range(part, count)))].sort((one, other) => one - other);
}

function range(part: string, count: number): number[] {
  const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || from < 1 || to < from || to > count)
    throw new UsageError(
      `${part} is no number of the table: give numbers from 1 to ${count}, and ranges such as 1-3, with commas between them.`,
    );
  return Array.from({ length: to - from + 1 }, (_, index) => from - 1 + index);
}
