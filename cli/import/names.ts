/** Gives names that nothing else of the import has: `support`, and for the next of the same name `support-2`. */
export class Names {
  private readonly taken = new Set<string>();

  /** Case does not count: two names that only differ in it would be a trap. */
  unique(wanted: string, separator = ""): string {
    let name = wanted;
    for (let next = 2; this.taken.has(name.toLowerCase()); next += 1) name = `${wanted}${separator}${next}`;
    this.taken.add(name.toLowerCase());
    return name;
  }
}

/** What people call a thing, as the name of a resource or a relay: letters, digits and dashes, beginning with a letter. */
export function resourceName(given: string, fallback: string): string {
  const plain = given
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 32)
    .replace(/-+$/, "");
  if (plain === "") return fallback;
  return /^[a-z]/.test(plain) ? plain : `${fallback}-${plain}`;
}

/** With what it is at its end, unless it says so already. */
export function withKind(name: string, kind: string): string {
  return name === kind || name.endsWith(`-${kind}`) ? name : `${name}-${kind}`;
}

/** `support-webhook`, `X-Gate`: `supportWebhookXGate`. Safe in code and in stack config as long as it begins with a letter. */
export function identifier(...words: string[]): string {
  const parts = words.flatMap((word) => word.split(/[^A-Za-z0-9]+/)).filter((part) => part !== "");
  return parts
    .map((part, index) =>
      index === 0 ? part.slice(0, 1).toLowerCase() + part.slice(1) : part.slice(0, 1).toUpperCase() + part.slice(1),
    )
    .join("");
}
