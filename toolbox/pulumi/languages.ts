import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { contextOf, provideTool, type Context, type ToolOptions } from "../cache";
import { contextOf as goContextOf } from "./context";
import { isExecutable, type Engine } from "./engine";
import { findGo, HOW_TO_GET_GO } from "./go";
import { goBuild, goEnvironment } from "./go-build";
import { repoRoot } from "./places";
import { run } from "./run";

/** A language of Pulumi programs besides Node.js, whose host comes with the engine itself. */
export type Language = "yaml" | "python" | "go";

interface Host {
  /** What messages call it. */
  readonly name: string;
  /** The folder beside this file with the go.mod and go.sum that pin it. */
  readonly folder: string;
  readonly package: string;
  /** A script of the same Go module that has to lie beside the host. */
  readonly script?: { readonly module: string; readonly file: string };
}

const HOSTS: Readonly<Record<Language, Host>> = {
  yaml: {
    name: "YAML",
    folder: "yaml-host",
    package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  },
  python: {
    name: "Python",
    folder: "language-host",
    package: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    script: { module: "github.com/pulumi/pulumi/sdk/v3", file: "python/cmd/pulumi-language-python-exec" },
  },
  go: {
    name: "Go",
    folder: "go-host",
    package: "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go",
  },
};

const timeoutMs = 30 * 60_000;

/**
 * The folders that have to be on the PATH of the CLI (`engineEnv` takes them) for programs in these languages. A CLI that was
 * installed brings its hosts along; beside one that was built they are built too, once, into the cache in the home directory.
 */
export async function ensureLanguageHosts(
  engine: Engine,
  languages: readonly Language[],
  options: ToolOptions = {},
): Promise<string[]> {
  const context = contextOf(options);
  const folders: string[] = [];
  for (const language of languages)
    folders.push(
      isExecutable(path.join(engine.bin, programOf(language))) ? engine.bin : await provideHost(language, context),
    );
  return folders;
}

async function provideHost(language: Language, context: Context): Promise<string> {
  const host = HOSTS[language];
  const pins = path.join(repoRoot(), "toolbox", "pulumi", host.folder);
  let packages = 0;
  const directory = await provideTool(
    {
      name: `Pulumi's language host for ${host.name}`,
      version: `${programOf(language)}-${await digestOf(pins)}`,
      doing: () => `building it from Go modules, once, about a minute on 2 cores: ${packages} packages compiled`,
      timeoutMs,
      check: async (root, { env }) => {
        await run(path.join(root, programOf(language)), ["-help"], { env, timeoutMs: 20_000 });
      },
      fill: async (root, { env: given }, signal) => {
        const go = await findGo(goContextOf({ env: given }), signal).catch((error: unknown) => {
          throw new Error(`${error instanceof Error ? error.message : String(error)}; ${HOW_TO_GET_GO}`);
        });
        const temporary = path.join(root, "tmp");
        await mkdir(temporary, { recursive: true });
        const env = goEnvironment(given, temporary);
        await goBuild({
          go,
          directory: pins,
          package: host.package,
          output: path.join(root, programOf(language)),
          env,
          timeoutMs,
          signal,
          onPackage: () => {
            packages += 1;
          },
        });
        if (host.script) {
          const list = ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", host.script.module];
          const module = (await run(go, list, { cwd: pins, env, timeoutMs: 60_000, signal })).trim();
          const copy = path.join(root, path.basename(host.script.file));
          await copyFile(path.join(module, host.script.file), copy);
          await chmod(copy, 0o755);
        }
        await rm(temporary, { recursive: true, force: true });
      },
    },
    context,
  );
  return directory;
}

function programOf(language: Language): string {
  return `pulumi-language-${language}${process.platform === "win32" ? ".exe" : ""}`;
}

/** Of all that decides what is built: a change of it is another build. */
async function digestOf(pins: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(await readFile(path.join(pins, file)));
  return hash.digest("hex").slice(0, 12);
}
