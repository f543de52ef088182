/** `npm run plugin`: the provider plugin as the files that `pulumi plugin install --file` and a plugin server take. */
import { statSync } from "node:fs";
import path from "node:path";
import { packPlugin } from "../toolbox/bundle/pack-plugin";

async function main(): Promise<void> {
  for (const file of await packPlugin())
    console.log(`${path.relative(process.cwd(), file)}  ${(statSync(file).size / 1e6).toFixed(2)} MB`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
