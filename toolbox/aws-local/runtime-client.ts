import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { repoRoot } from "../pulumi/places";
import { reasonOf } from "../pulumi/reason";
import { run } from "../pulumi/run";
import { provideTool, type Context } from "../cache";
import { findProgram } from "../find-program";

export interface RuntimeClient {
  /** A script for Node that takes the handler's name as its argument. */
  readonly script: string;
  /** Why it is not AWS's own; undefined where it is. */
  readonly standsInBecause?: string;
}

const HOW_TO_GET = "install a C++ toolchain (Debian, Ubuntu: apt-get install cmake make g++ xz-utils)";

/**
 * AWS's runtime interface client for Node, which runs a function's handler in Lambda. Its native part is built here. Where it
 * cannot be, a loop over the documented Runtime API stands in, and whoever uses it is told.
 */
export async function provideRuntimeClient(context: Context): Promise<RuntimeClient> {
  try {
    return { script: path.join(await build(context), "node_modules", "aws-lambda-ric", "index.mjs") };
  } catch (error) {
    context.signal?.throwIfAborted();
    const script = path.join(repoRoot(), "toolbox/aws-local/runtime-client/loop.mjs");
    return { script, standsInBecause: reasonOf(error) };
  }
}

async function build(context: Context): Promise<string> {
  const source = path.join(repoRoot(), "toolbox/aws-local/runtime-client");
  const digest = createHash("sha256")
    .update(readFileSync(path.join(source, "package-lock.json")))
    .digest("hex")
    .slice(0, 12);
  const abi = `node${process.versions.modules}-${process.platform}-${process.arch}`;
  return provideTool(
    {
      name: "AWS Lambda runtime interface client",
      version: `aws-lambda-ric-${abi}-${digest}`,
      doing: "building its native part, once: about 2 minutes on 2 cores",
      timeoutMs: 30 * 60_000,
      check: async (root) => {
        const native = path.join(root, "node_modules", "aws-lambda-ric", "rapid-client.node");
        // It aborts the process where nobody tells it of a Runtime API.
        const env = { ...context.env, AWS_LAMBDA_RUNTIME_API: "127.0.0.1:1" };
        const script = `require(${JSON.stringify(native)})`;
        await run(process.execPath, ["-e", script], { env, timeoutMs: 60_000, name: "loading it" });
      },
      fill: async (root, { env }, signal) => {
        for (const names of [["cmake3", "cmake"], ["make"], ["g++", "c++"], ["xz"], ["tar"]])
          findProgram(names, HOW_TO_GET, context);
        const npm = findProgram(["npm"], "install Node.js with npm", context);
        await mkdir(root);
        for (const file of ["package.json", "package-lock.json"])
          await cp(path.join(source, file), path.join(root, file));
        // npm's own Node carries the headers, which node-gyp would otherwise fetch from nodejs.org.
        const headers = path.join(root, "node_modules", `node-linux-${process.arch}`);
        const directories = [path.dirname(process.execPath), ...(env.PATH ? [env.PATH] : [])];
        await run(npm, ["ci", "--no-audit", "--no-fund"], {
          cwd: root,
          env: { ...env, PATH: directories.join(path.delimiter), npm_config_nodedir: headers },
          timeoutMs: 25 * 60_000,
          signal,
        });
        if (!existsSync(headers)) throw new Error(`npm has no Node for ${process.platform} ${process.arch}`);
        await rm(headers, { recursive: true });
      },
    },
    context,
  );
}
