import { readFileSync } from "node:fs";
import path from "node:path";

let text: string | undefined;

/** The schema that is shipped beside the plugin, made by `npm run docs`. */
export function shippedSchema(): string {
  text ??= readFileSync(path.join(__dirname, "schema.json"), "utf8");
  return text;
}

/** The plugin's version, which is the package's. */
export function pluginVersion(): string {
  return (JSON.parse(shippedSchema()) as { readonly version: string }).version;
}
