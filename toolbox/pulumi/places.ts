import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The repository, from the sources as well as from dist/. */
export function repoRoot(): string {
  for (let directory = __dirname; directory !== path.dirname(directory); directory = path.dirname(directory)) {
    const manifest = path.join(directory, "package.json");
    if (!existsSync(manifest)) continue;
    const parsed: unknown = JSON.parse(readFileSync(manifest, "utf8"));
    if (typeof parsed === "object" && parsed && "name" in parsed && parsed.name === "pulumi-kustomer-relay") {
      return directory;
    }
  }
  throw new Error(`No package.json of pulumi-kustomer-relay above ${__dirname}`);
}

/** The installed `@pulumi/pulumi`, which carries the launcher of dynamic providers. */
export function sdkDirectory(): string {
  return path.dirname(require.resolve("@pulumi/pulumi/package.json"));
}
