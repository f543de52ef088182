/** What is built after the compiler: files that stand alone, for Lambda and for Pulumi's provider processes. */
import path from "node:path";
import { FUNCTIONS, FUNCTIONS_FOLDER, bundleFunction } from "../toolbox/bundle/function";
import { bundlePage } from "../toolbox/bundle/page";
import { bundlePlugin } from "../toolbox/bundle/plugin";
import { bundleProvider } from "../toolbox/bundle/provider";
import { repoRoot } from "../toolbox/pulumi/places";

async function main(): Promise<void> {
  for (const name of FUNCTIONS) {
    const entry = path.join(repoRoot(), "receiver/aws/functions", `${name}.ts`);
    await bundleFunction(entry, path.join(repoRoot(), FUNCTIONS_FOLDER, name));
  }
  await bundleProvider();
  await bundlePlugin();
  await bundlePage("Sandbox: Kustomer and Airkit", "sandbox/page/app", "dist/sandbox/page");
  await bundlePage("Kustomer Relays", "cli/console/app", "dist/cli/console/page");
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
