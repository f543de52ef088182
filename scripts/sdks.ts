/** `npm run sdks -- --language python|go|nodejs --out DIR`: an SDK out of the plugin's schema, by Pulumi's own generators. */
import path from "node:path";
import { parseArgs } from "node:util";
import { generateSdk } from "../toolbox/codegen/generate";
import { repoRoot } from "../toolbox/pulumi";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { language: { type: "string" }, out: { type: "string" } } });
  const { language, out } = values;
  if (language === undefined || out === undefined)
    throw new TypeError("say which and where: npm run sdks -- --language python|go|nodejs --out DIR");
  await generateSdk(path.join(repoRoot(), "providers/native/schema.json"), language, path.resolve(out));
  console.log(`wrote the ${language} SDK to ${path.relative(process.cwd(), path.resolve(out))}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
