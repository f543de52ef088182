import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const manifest = z.object({ name: z.literal("pulumi-kustomer-relay"), version: z.string() });

/** The folder of this package: the one above, whose package.json says so. */
export function packageFolder(from = __dirname): string {
  const found = manifest.safeParse(contentOf(path.join(from, "package.json"))).success;
  const above = path.dirname(from);
  return found || above === from ? from : packageFolder(above);
}

export function ownVersion(): string {
  return manifest.parse(contentOf(path.join(packageFolder(), "package.json"))).version;
}

function contentOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
