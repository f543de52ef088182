import { redact } from "./secrets";

/** Says something to the person who runs the program. Pulumi shows what a provider prints as a line under the stack. */
export function warn(message: string): void {
  console.warn(`warning: ${redact(message)}`);
}
