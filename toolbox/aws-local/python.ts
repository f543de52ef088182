import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../pulumi/places";
import { run } from "../pulumi/run";
import { provideTool, ToolError, type Context } from "../cache";
import { findProgram } from "../find-program";

const HOW_TO_GET = "install Python 3.10 or later with its venv module (Debian, Ubuntu: apt-get install python3-venv)";
const PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
/** Looked for without importing them, which would take seconds. */
const MODULES = ["ministack", "cbor2", "moto.server", "flask_cors", "parliament"];

/**
 * A virtual environment with ministack (SQS, DynamoDB, Secrets Manager), moto (the second engine, and the one that evaluates
 * IAM policies) and parliament (which reads policies). Gives its interpreter: start modules with `-m`, because the scripts
 * beside it name the directory in which they were installed.
 */
export async function providePython(context: Context): Promise<string> {
  const requirements = path.join(repoRoot(), "toolbox/aws-local/python/requirements.txt");
  const python = findProgram(["python3", "python"], HOW_TO_GET, context);
  const version = await probe(python, context);
  const digest = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const directory = await provideTool(
    {
      name: "Local AWS engines",
      version: `python-${version}-${digest}`,
      doing: "installing ministack, moto and parliament from PyPI, once: about 45 seconds",
      timeoutMs: 15 * 60_000,
      check: async (root) => {
        const script = `import importlib.util as i, sys; sys.exit(not all(map(i.find_spec, ${JSON.stringify(MODULES)})))`;
        await run(interpreter(root), ["-c", script], { env: context.env, timeoutMs: 60_000 });
      },
      fill: async (root, { env }, signal) => {
        await run(python, ["-m", "venv", root], { env, timeoutMs: 5 * 60_000, signal });
        await pip(interpreter(root), ["install", "--require-hashes", "-r", requirements], context, signal);
      },
    },
    context,
  );
  return interpreter(directory);
}

export async function pip(python: string, args: readonly string[], { env }: Context, signal: AbortSignal) {
  const options = { env: { ...env, PIP_DISABLE_PIP_VERSION_CHECK: "1" }, timeoutMs: 10 * 60_000, signal };
  await run(python, ["-m", "pip", "--quiet", "--no-input", ...args], { ...options, name: `pip ${args[0] ?? ""}` });
}

function interpreter(directory: string): string {
  return path.join(directory, "bin", "python");
}

async function probe(python: string, { env }: Context): Promise<string> {
  const printed = await run(python, ["-c", PROBE], { env, timeoutMs: 60_000 }).catch(() => "");
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(printed.trim()) ?? [];
  if (major === undefined) throw new ToolError(`${python} cannot make virtual environments; ${HOW_TO_GET}`);
  if (Number(major) !== 3 || Number(minor) < 10)
    throw new ToolError(`${python} is Python ${printed.trim()}; ${HOW_TO_GET}`);
  return printed.trim();
}
