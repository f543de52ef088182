import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../pulumi/places";

/** Ours, and those of every package that is in the bundle. */
export function licences(inputs: readonly string[]): string {
  const packages = [...new Set(inputs.flatMap((input) => packageOf(input) ?? []))].sort();
  const parts = [section("pulumi-kustomer-relay", readFileSync(path.join(repoRoot(), "LICENSE"), "utf8"))];
  for (const name of packages) {
    const folder = path.join(repoRoot(), "node_modules", name);
    const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { version: string };
    parts.push(section(`${name} ${version}`, licenceIn(folder)));
  }
  return parts.join("\n");
}

/** As its package has it; some name theirs only. */
function licenceIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file !== undefined) return readFileSync(path.join(folder, file), "utf8");
  const { license = "no licence named" } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    license?: string;
  };
  return license;
}

function packageOf(input: string): string | undefined {
  const [, inside] = input.split(/^.*node_modules\//);
  if (inside === undefined) return undefined;
  return inside
    .split("/")
    .slice(0, inside.startsWith("@") ? 2 : 1)
    .join("/");
}

function section(title: string, text: string): string {
  return `${title}\n${"=".repeat(title.length)}\n\n${text.trim()}\n`;
}
