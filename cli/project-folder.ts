import { existsSync } from "node:fs";
import path from "node:path";

/** Whether the CLI finds a project from this folder: in it, or in one above. */
export function isProjectFolder(folder: string): boolean {
  if (["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].some((name) => existsSync(path.join(folder, name)))) return true;
  const above = path.dirname(path.resolve(folder));
  return above !== path.resolve(folder) && isProjectFolder(above);
}
