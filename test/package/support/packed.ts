import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { repoRoot } from "../../../toolbox/pulumi";
import { outputOf } from "./command";

export interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

export interface Packed {
  /** The folder that holds nothing but the tarball. */
  readonly directory: string;
  readonly tarball: string;
  readonly files: string[];
  readonly manifest: Manifest;
}

/** What `npm publish` would send. Scripts are left out: the build is done, and other tests are using it. */
export async function pack(): Promise<Packed> {
  const directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-packed-"));
  const printed = await outputOf(
    "npm",
    ["pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", directory],
    {
      cwd: repoRoot(),
    },
  );
  const [packed] = JSON.parse(printed.slice(printed.indexOf("["))) as [{ filename: string; files: { path: string }[] }];
  return {
    directory,
    tarball: path.join(directory, packed.filename),
    files: packed.files.map((file) => file.path).sort(),
    manifest: JSON.parse(readFileSync(path.join(repoRoot(), "package.json"), "utf8")) as Manifest,
  };
}
