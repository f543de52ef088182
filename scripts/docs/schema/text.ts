import { readFileSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../../../toolbox/pulumi";
import { respellAll } from "../../../providers/plugin-settings";
import { pluginSchema } from ".";
import { words } from "./words";

/** Where the schema is kept, below the repository: the plugin ships it. */
export const SCHEMA = "providers/native/schema.json";

/** With each setting as this edge spells it. */
export function schemaText(): string {
  const manifest = readFileSync(path.join(repoRoot(), "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { readonly version: string };
  return `${JSON.stringify(respellAll(pluginSchema(version, words())), undefined, 2)}\n`;
}
