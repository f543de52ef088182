/**
 * For `pulumi config set --path`, which makes numbers and truth values of what looks like one. What the CLI would make of a value
 * by itself is right but for these; and it takes only one of the flags.
 */
export function typeFlags(value: string | number | boolean): string[] {
  if (typeof value === "string" && /^(true|false|[-+]?\d+)$/.test(value)) return ["--type", "string"];
  return typeof value === "number" && !Number.isInteger(value) ? ["--type", "float"] : ["--plaintext"];
}
