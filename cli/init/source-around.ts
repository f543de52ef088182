import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const OWN_PACKAGE = "pulumi-kustomer-relay";
const dependencies = z.record(z.string(), z.string()).optional().catch(undefined);
const manifest = z.looseObject({ dependencies, devDependencies: dependencies });

/** The file out of which the nearest project around a folder has this package; `undefined` where it is of the registry. */
export function sourceAround(folder: string): string | undefined {
  for (let here = path.resolve(folder); ; here = path.dirname(here)) {
    const declared = declaredIn(path.join(here, "package.json"));
    if (declared !== undefined) {
      const [, file] = /^file:(.*)$/.exec(declared) ?? [];
      return file === undefined ? undefined : path.resolve(here, file);
    }
    if (here === path.dirname(here)) return undefined;
  }
}

function declaredIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const own = manifest.parse(JSON.parse(readFileSync(file, "utf8")));
    return { ...own.devDependencies, ...own.dependencies }[OWN_PACKAGE];
  } catch {
    return undefined;
  }
}
