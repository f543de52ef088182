import { redact } from "./secrets";

const said = new Set<string>();

/** Says something, once a run, to the person who runs the program. Pulumi shows what a provider prints as a line under the stack. */
export function warn(message: string): void {
  const text = `warning: ${redact(message)}`;
  if (said.has(text)) return;
  said.add(text);
  console.warn(text);
}
