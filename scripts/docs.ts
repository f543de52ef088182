import { writeFileSync } from "node:fs";
import path from "node:path";
import { lifecycles } from "../providers/lifecycles";
import { reference } from "./docs/reference";
import { repoRoot } from "./engine";

/** `npm run docs`: what of the documentation follows from the code. */
const file = path.join(repoRoot(), "docs", "resources.md");
writeFileSync(file, reference(lifecycles));
console.log(`wrote ${path.relative(process.cwd(), file)}`);
