import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { repoRoot } from "../../../toolbox/pulumi";
import { outputOf } from "../../package/support/command";

export interface Previewed {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** Runs in the example's folder: a preview against Pulumi's mocks, in which no resource knows yet what it will be. */
const RUNNER = `
const pulumi = require("@pulumi/pulumi");
const { project, stack, config } = JSON.parse(process.argv[2]);
const resources = [];
pulumi.runtime.setAllConfig(config);
pulumi.runtime
  .setMocks({ newResource: ({ type, name, inputs }) => (resources.push({ type, name, inputs }), { id: "", state: {} }), call: () => ({}) }, project, stack, true, "acme")
  .then(() => require("./index.js"))
  .then(() => pulumi.runtime.disconnect())
  .then(() => console.log(JSON.stringify(resources)));
`;

/** Previews an example, as somebody has it who copied it and ran \`npm install\`, with the settings of one of its stacks. */
export async function previewed(example: string, stack: string, secrets: Record<string, string>): Promise<Previewed[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-preview-"));
  try {
    cpSync(path.join(repoRoot(), "examples", example), folder, { recursive: true });
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(repoRoot(), path.join(folder, "node_modules", "pulumi-kustomer-relay"));
    symlinkSync(path.join(repoRoot(), "node_modules", "@pulumi"), path.join(folder, "node_modules", "@pulumi"));
    const program = readFileSync(path.join(folder, "index.ts"), "utf8");
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    writeFileSync(path.join(folder, "index.js"), ts.transpileModule(program, { compilerOptions }).outputText);
    writeFileSync(path.join(folder, "preview.js"), RUNNER);
    const { name } = parse(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) as { name: string };
    const { config } = parse(readFileSync(path.join(folder, `Pulumi.${stack}.yaml`), "utf8")) as { config: object };
    const settings = { project: name, stack, config: textsOf({ ...config, ...secrets }) };
    const printed = await outputOf(process.execPath, ["preview.js", JSON.stringify(settings)], { cwd: folder });
    return JSON.parse(printed) as Previewed[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As Pulumi hands settings to a program. */
function textsOf(config: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
