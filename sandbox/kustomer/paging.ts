import type { Profile } from "../profile";

export interface Page<T> {
  items: T[];
  meta: Record<string, number>;
  links: Record<"self" | "first" | "prev" | "next", string | null>;
}

/** Documented (DOC-PG): page from 1, at most 100 a page, relative links, next null at the end; `total` is optional. */
export function paged<T>(
  items: readonly T[],
  query: URLSearchParams,
  { path, profile }: { path: string; profile: Profile },
): Page<T> {
  const page = atLeastOne(query.get("page"), 1);
  const pageSize = Math.min(100, atLeastOne(query.get("pageSize"), 100));
  const link = (number: number): string => {
    const parameters = new URLSearchParams(query);
    parameters.set("page", String(number));
    parameters.set("pageSize", String(pageSize));
    return `${path}?${parameters.toString()}`;
  };
  const totalPages = Math.max(1, Math.ceil(items.length / pageSize));
  return {
    items: items.slice((page - 1) * pageSize, page * pageSize),
    meta: { pageSize, page, ...(profile.pagingTotals ? { total: items.length, totalPages } : {}) },
    links: {
      self: link(page),
      first: link(1),
      prev: page > 1 ? link(page - 1) : null,
      next: page < totalPages ? link(page + 1) : null,
    },
  };
}

function atLeastOne(text: string | null, otherwise: number): number {
  const number = Number(text ?? otherwise);
  return Number.isInteger(number) && number >= 1 ? number : otherwise;
}
