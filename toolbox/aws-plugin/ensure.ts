import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { contextOf, provideTool, type ToolOptions } from "../cache";
import { run } from "../pulumi/run";
import { buildPlugin, folder, pluginName } from "./build";

/** Of about 1140 packages. Hours where the machine has other things to do. */
const timeoutMs = 3 * 60 * 60_000;

/** The directory with the plugin, which has to be on the PATH of the CLI. It is built where there is none in the cache. */
export async function ensureAwsProvider(options: ToolOptions = {}): Promise<string> {
  let packages = 0;
  const directory = await provideTool(
    {
      name: "AWS provider",
      version: `aws-provider-${await digest()}`,
      doing: () => `building it from Go modules, once: ${packages} of about 1140 packages compiled`,
      timeoutMs,
      check: async (root, { env }) => {
        await run(path.join(root, "bin", pluginName), ["-version"], { env, timeoutMs: 20_000 });
      },
      fill: (root, { env }, signal) =>
        buildPlugin(root, {
          env,
          timeoutMs,
          signal,
          onPackage: () => {
            packages += 1;
          },
        }),
    },
    contextOf(options),
  );
  return path.join(directory, "bin");
}

/** Of all that decides what is built: a change of it is another build, and leaves the former where it is. */
async function digest(): Promise<string> {
  const hash = createHash("sha256");
  for (const directory of [folder("plugin"), folder("source")])
    for (const name of (await readdir(directory)).sort()) hash.update(await readFile(path.join(directory, name)));
  hash.update(await readFile(require.resolve("./trim")));
  return hash.digest("hex").slice(0, 12);
}
