import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import * as z from "zod";

/** Whether the CLI finds a project from this folder: in it, or in one above. */
export function isProjectFolder(folder: string): boolean {
  return projectFileOf(folder) !== undefined;
}

const project = z.object({ runtime: z.union([z.string(), z.object({ name: z.string() })]) });

/** Whether the project's program is of Node's, as it is where nobody says. */
export function isOfNode(folder: string): boolean {
  const runtime = runtimeOf(folder);
  return runtime === undefined || runtime === "nodejs" || runtime === "bun";
}

function runtimeOf(folder: string): string | undefined {
  const file = projectFileOf(folder);
  if (file === undefined) return undefined;
  try {
    const { runtime } = project.parse(parse(readFileSync(file, "utf8")));
    return typeof runtime === "string" ? runtime : runtime.name;
  } catch {
    return undefined;
  }
}

function projectFileOf(folder: string): string | undefined {
  const files = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].map((name) => path.join(folder, name));
  const file = files.find((one) => existsSync(one));
  const above = path.dirname(path.resolve(folder));
  if (file !== undefined || above === path.resolve(folder)) return file;
  return projectFileOf(above);
}
