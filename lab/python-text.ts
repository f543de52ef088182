import { pythonName } from "../providers/plugin-settings";

/** Python of a program, which stands in a literal as it is. */
export class Code {
  constructor(readonly text: string) {}
}

/** A value as Python writes it, with the names of arguments as an SDK for Python spells them. */
export function pythonLiteral(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (value === undefined || value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([name, item]) => `"${pythonName(name)}": ${pythonLiteral(item)}`).join(", ")}}`;
}
