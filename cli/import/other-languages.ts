import { tokenOf } from "../../providers/types";
import { UsageError } from "../command";
import { shellWord } from "../shell";
import { FILE, type ImportFlags } from "./options";
import { importables } from "./objects";
import { NOUNS, type Plan } from "./plan";
import type { Found } from "./survey";

/** What this command makes is for Node's programs: in every other language Pulumi imports by itself, and makes the code. */
export function refuseWhatIsOfNode({ run, as, format, protect, out }: ImportFlags): void {
  const asked = [
    run && "--run",
    as && "--as",
    format === "yaml" && "--format yaml",
    protect && "--protect",
    out !== FILE && "--out",
  ].filter((flag) => typeof flag === "string");
  if (asked.length > 0)
    throw new UsageError(
      `${asked.join(", ")}: for a program in TypeScript or JavaScript, and this project's is in another language. There Pulumi imports by itself, and makes the code: without ${asked.length === 1 ? "it" : "them"} the commands are printed.`,
      "kustomer-relay import",
    );
}

/** The commands that take over what was chosen, in a language for which the provider plugin serves. */
export function importCommands({ resources }: Plan, stack: string | undefined): string[] {
  const where = stack === undefined ? "" : ` --stack ${shellWord(stack)}`;
  return resources
    .filter(({ kind }) => kind !== "api-key")
    .map(
      ({ kind, name, id }) =>
        `pulumi import${where} ${tokenOf(importables[kind].declaration)} ${shellWord(name)} ${shellWord(id)}`,
    );
}

/** A key cannot be read back, so there is nothing to import. */
export function notesOnKeys(chosen: readonly Found[]): string[] {
  return chosen
    .filter(({ kind }) => kind === "api-key")
    .map(
      ({ kind, name, id }) =>
        `${NOUNS[kind]} "${name}" (${id}) cannot be read back: declare a KustomerApiKey with its \`token\`, a secret of stack config, and it is adopted`,
    );
}
