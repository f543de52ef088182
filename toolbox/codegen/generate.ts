import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { type ToolOptions, contextOf, provideTool } from "../cache";
import { contextOf as goContextOf } from "../pulumi/context";
import { HOW_TO_GET_GO, findGo } from "../pulumi/go";
import { goBuild, goEnvironment } from "../pulumi/go-build";
import { repoRoot } from "../pulumi/places";
import { run } from "../pulumi/run";

const PINS = path.join(repoRoot(), "toolbox/codegen/sdks");
const TIMEOUT_MS = 30 * 60_000;

/** Writes the SDK of a schema for a language into a folder, with Pulumi's own generators. */
export async function generateSdk(
  schema: string,
  language: string,
  to: string,
  options: ToolOptions = {},
): Promise<void> {
  const generator = await ensureGenerator(options);
  await run(generator, [schema, language, to], { env: options.env ?? process.env, timeoutMs: 120_000, name: "sdks" });
}

/**
 * `pulumi package gen-sdk` needs language hosts as new as the CLI, which no module proxy serves; the generators are a part of the
 * CLI's own Go module, so a small command around them is built, once.
 */
async function ensureGenerator(options: ToolOptions): Promise<string> {
  const name = process.platform === "win32" ? "sdks.exe" : "sdks";
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go"]) hash.update(await readFile(path.join(PINS, file)));
  let packages = 0;
  const folder = await provideTool(
    {
      name: "Pulumi's generators of SDKs",
      version: `sdk-generators-${hash.digest("hex").slice(0, 12)}`,
      doing: () => `building them from Go modules, once, about a minute on 2 cores: ${packages} packages compiled`,
      timeoutMs: TIMEOUT_MS,
      check: async (root, { env }) => {
        // Without arguments it says how it is used, with status 2.
        const said = await run(path.join(root, name), [], { env, timeoutMs: 20_000 }).catch(String);
        if (!said.includes("usage: sdks")) throw new Error(said);
      },
      fill: async (root, { env: given }, signal) => {
        const go = await findGo(goContextOf({ env: given }), signal).catch((error: unknown) => {
          throw new Error(`${error instanceof Error ? error.message : String(error)}; ${HOW_TO_GET_GO}`);
        });
        const temporary = path.join(root, "tmp");
        await mkdir(temporary, { recursive: true });
        await goBuild({
          go,
          directory: PINS,
          package: ".",
          output: path.join(root, name),
          env: goEnvironment(given, temporary),
          timeoutMs: TIMEOUT_MS,
          signal,
          onPackage: () => {
            packages += 1;
          },
        });
        await rm(temporary, { recursive: true, force: true });
      },
    },
    contextOf(options),
  );
  return path.join(folder, name);
}
