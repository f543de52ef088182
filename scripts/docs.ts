import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CHECKS } from "../cli/doctor/checks";
import { lifecycles } from "../providers/lifecycles";
import { componentsPage } from "./docs/components";
import { withChecks } from "./docs/doctor";
import { reference } from "./docs/reference";
import { SCHEMA, schemaText } from "./docs/schema/text";
import { sentencesOfResources } from "./docs/sentences";
import { screenshots } from "./docs/screenshots";
import { ToolError } from "../toolbox/cache";
import { repoRoot } from "../toolbox/pulumi";

/** `npm run docs`: what of the documentation follows from the code. */
async function main(): Promise<void> {
  write("resources.md", () => reference(lifecycles, sentencesOfResources()));
  write("components.md", () => componentsPage());
  writeFileSync(path.join(repoRoot(), SCHEMA), schemaText());
  console.log(`wrote ${SCHEMA}`);
  write("doctor.md", (page) => withChecks(page, CHECKS));
  for (const file of await picturesWhereThereIsABrowser()) console.log(`wrote ${file}`);
}

async function picturesWhereThereIsABrowser(): Promise<string[]> {
  try {
    return await screenshots();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    console.log(`The pictures are left as they are. ${error.message}`);
    return [];
  }
}

function write(name: string, change: (page: string) => string): void {
  const file = path.join(repoRoot(), "docs", name);
  writeFileSync(file, change(readFileSync(file, "utf8")));
  console.log(`wrote ${path.relative(process.cwd(), file)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
