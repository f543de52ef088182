import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CHECKS } from "../doctor/checks";
import { lifecycles } from "../providers/lifecycles";
import { withChecks } from "./docs/doctor";
import { reference } from "./docs/reference";
import { repoRoot } from "./engine";

/** `npm run docs`: what of the documentation follows from the code. */
function write(page: string, textOf: (before: string) => string): void {
  const file = path.join(repoRoot(), "docs", page);
  writeFileSync(file, textOf(readFileSync(file, "utf8")));
  console.log(`wrote ${path.relative(process.cwd(), file)}`);
}

write("resources.md", () => reference(lifecycles));
write("doctor.md", (before) => withChecks(before, CHECKS));
