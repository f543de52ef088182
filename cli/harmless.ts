import { harmless } from "../receiver/harmless";

export { harmless };

/** The same for text of several lines, which it keeps. */
export function harmlessLines(text: string): string {
  return text.split("\n").map(harmless).join("\n");
}

/** JSON that reads back as the same value, and in which a string holds nothing that a terminal, or an editor, acts on. */
export function harmlessJson(value: unknown, indent?: number): string {
  return harmlessLines(JSON.stringify(value, null, indent));
}
