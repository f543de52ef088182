import { createHash } from "node:crypto";
import { chmod, readFile } from "node:fs/promises";
import path from "node:path";
import { repoRoot } from "../pulumi/places";
import { run } from "../pulumi/run";
import { provideTool, ToolError, type Context } from "../cache";
import { pip } from "./python";

/** AWS publishes the emulator on GitHub; its SAM CLI carries the same binary to PyPI. */
const SAM_CLI = "1.170.0";
const BINARIES: Partial<Record<NodeJS.Architecture, { file: string; sha256: string }>> = {
  x64: {
    file: "aws-lambda-rie-x86_64",
    sha256: "6b1e686e62ab2baf5759c412c4864276ef2a88b094fca53ec070637ccba9b9a5",
  },
  arm64: { file: "aws-lambda-rie-arm64", sha256: "ec2e5d09633d853834c008b1ef264bf834b258a94d551d2b2074966494b39a21" },
};

/** AWS's Lambda Runtime Interface Emulator: what stands between a caller and the runtime in Lambda, as one binary. */
export async function provideRuntimeEmulator(python: string, context: Context): Promise<string> {
  const binary = process.platform === "linux" ? BINARIES[process.arch] : undefined;
  if (!binary)
    throw new ToolError(
      `AWS's Lambda emulator runs on Linux, x64 or arm64, not on ${process.platform} ${process.arch}; use a container`,
    );
  const { file, sha256 } = binary;
  const directory = await provideTool(
    {
      name: "AWS Lambda Runtime Interface Emulator",
      version: `aws-lambda-rie-${SAM_CLI}-${sha256.slice(0, 12)}`,
      doing: "fetching it from PyPI, once: some seconds",
      timeoutMs: 10 * 60_000,
      check: async (root) => {
        const bytes = await readFile(path.join(root, file));
        const actual = createHash("sha256").update(bytes).digest("hex");
        if (actual !== sha256) throw new ToolError(`${file} has the SHA-256 ${actual} where ${sha256} was expected`);
      },
      fill: async (root, _, signal) => {
        const requirement = path.join(repoRoot(), "toolbox/aws-local/python/aws-sam-cli.txt");
        const wheels = path.join(root, "wheels");
        await pip(
          python,
          ["download", "--no-deps", "--require-hashes", "-r", requirement, "-d", wheels],
          context,
          signal,
        );
        const script =
          "import glob, shutil, sys, zipfile; root, wheels, file = sys.argv[1:]; " +
          "open(f'{root}/{file}', 'wb').write(zipfile.ZipFile(glob.glob(f'{wheels}/*.whl')[0]).read(f'samcli/local/rapid/{file}')); " +
          "shutil.rmtree(wheels)";
        await run(python, ["-c", script, root, wheels, file], { env: context.env, timeoutMs: 60_000, signal });
        await chmod(path.join(root, file), 0o755);
      },
    },
    context,
  );
  return path.join(directory, file);
}
