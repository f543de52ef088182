import path from "node:path";
import { isExecutable } from "./pulumi/engine";
import { ToolError, type Context } from "./cache";

/** The first of these programs on the PATH; or one line that says how to get it. */
export function findProgram(names: readonly string[], howToGet: string, { env }: Context): string {
  const found = (env.PATH ?? "")
    .split(path.delimiter)
    .filter(Boolean)
    .flatMap((directory) => names.map((name) => path.resolve(directory, name)))
    .find(isExecutable);
  if (found === undefined) throw new ToolError(`${names.join(" or ")} is not on the PATH; ${howToGet}`);
  return found;
}
