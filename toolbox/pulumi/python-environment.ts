import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pip } from "../aws-local/python";
import { type ToolOptions, contextOf, provideTool } from "../cache";
import { generateSdk } from "../codegen/generate";
import { findProgram } from "../find-program";
import { run } from "./run";

const HOW_TO_GET = "install Python 3.10 or later with its venv module (Debian, Ubuntu: apt-get install python3-venv)";

/** Pulumi's own SDK for Python, as the programs of the tests use it. */
const PULUMI = "pulumi==3.272.0";

/**
 * A virtual environment with Pulumi's SDK for Python and this plugin's, generated from its schema: the folder whose `bin` has
 * to be on the PATH of the CLI. Made once for each schema.
 */
export async function ensurePythonEnvironment(schema: string, options: ToolOptions = {}): Promise<string> {
  const context = contextOf(options);
  const digest = createHash("sha256")
    .update(PULUMI)
    .update(await readFile(schema))
    .digest("hex")
    .slice(0, 12);
  const python = findProgram(["python3", "python"], HOW_TO_GET, context);
  return provideTool(
    {
      name: "Pulumi's SDK for Python",
      version: `python-pulumi-${digest}`,
      doing: "installing it from PyPI, with this plugin's, once: about 30 seconds",
      timeoutMs: 15 * 60_000,
      check: async (root) => {
        const script =
          "import importlib.util as i, sys; sys.exit(not all(map(i.find_spec, ['pulumi', 'pulumi_kustomer_relay'])))";
        await run(path.join(root, "bin/python"), ["-c", script], { env: context.env, timeoutMs: 60_000 });
      },
      fill: async (root, { env }, signal) => {
        await run(python, ["-m", "venv", root], { env, timeoutMs: 5 * 60_000, signal });
        const sdk = await mkdtemp(path.join(tmpdir(), "kustomer-relay-sdk-"));
        try {
          await generateSdk(schema, "python", sdk, options);
          await pip(path.join(root, "bin/python"), ["install", PULUMI, sdk], context, signal);
        } finally {
          await rm(sdk, { recursive: true, force: true });
        }
      },
    },
    context,
  );
}
