import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../toolbox/pulumi";

/** Puts this package and Pulumi's SDK into a folder's node_modules, as npm would, without a network. */
export function linkPackage(directory: string): void {
  const modules = path.join(directory, "node_modules");
  if (existsSync(modules)) return;
  mkdirSync(path.join(modules, "@pulumi"), { recursive: true });
  symlinkSync(repoRoot(), path.join(modules, "pulumi-kustomer-relay"));
  symlinkSync(path.join(repoRoot(), "node_modules", "@pulumi", "pulumi"), path.join(modules, "@pulumi", "pulumi"));
}
