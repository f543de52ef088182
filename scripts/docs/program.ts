import path from "node:path";
import ts from "typescript";
import { repoRoot } from "../../toolbox/pulumi";

export const ENTRIES = ["index.ts", "aws.ts"] as const;

let read: ts.Program | undefined;

/** This package and all that it uses, as the TypeScript compiler sees it: read once, since it takes seconds. */
export function packageProgram(): ts.Program {
  return (read ??= ts.createProgram(
    ENTRIES.map((file) => path.join(repoRoot(), file)),
    packageOptions(),
  ));
}

/** As the tsconfig.json of this repository asks. */
export function packageOptions(): ts.CompilerOptions {
  const file = path.join(repoRoot(), "tsconfig.json");
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { config: object };
  return ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, repoRoot()).options;
}
