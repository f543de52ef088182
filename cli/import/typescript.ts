import { type Block, type Code, Expression, Secret, identifiersIn, isBlock, secretsIn } from "./code";
import { harmlessJson } from "../harmless";
import type { Plan, PlannedDeclaration } from "./plan";

const WIDTH = 120;

/** The program that declares what was imported. */
export function typescript({ declarations }: Plan, isProtected = false): string {
  if (declarations.length === 0) return "";
  const classes = [...new Set(declarations.map(({ className }) => className))].sort();
  const needed = new Set(declarations.flatMap(({ args }) => identifiersIn(args)));
  const usesConfig = declarations.some(({ args }) => secretsIn(args).length > 0);
  return [
    ...(usesConfig ? [`import * as pulumi from "@pulumi/pulumi";`] : []),
    imports(classes),
    "",
    ...(usesConfig ? ["const config = new pulumi.Config();", ""] : []),
    declarations.map((one) => declaration(one, needed.has(one.identifier), isProtected)).join("\n\n"),
    "",
  ].join("\n");
}

function imports(classes: readonly string[]): string {
  const line = `import { ${classes.join(", ")} } from "pulumi-kustomer-relay";`;
  if (line.length <= WIDTH) return line;
  return `import {\n${classes.map((name) => `  ${name},\n`).join("")}} from "pulumi-kustomer-relay";`;
}

function declaration(
  { className, identifier, name, args }: PlannedDeclaration,
  isNeeded: boolean,
  isProtected: boolean,
): string {
  const opening = `${isNeeded ? `const ${identifier} = ` : ""}new ${className}(${harmlessJson(name)}, `;
  const end = isProtected ? ", { protect: true });" : ");";
  return `${opening}${written(args, "", opening.length + end.length)}${end}`;
}

/** On one line where it fits behind what stands there already, otherwise each member on a line of its own. */
function written(code: Code, indent: string, used: number): string {
  const line = onOneLine(code);
  if (indent.length + used + line.length <= WIDTH || !(isBlock(code) || Array.isArray(code))) return line;
  const inner = `${indent}  `;
  const members = isBlock(code)
    ? Object.entries(code).map(([name, value]) => `${key(name)}: ${written(value, inner, key(name).length + 3)}`)
    : (code as readonly Code[]).map((item) => written(item, inner, 1));
  const [open, close] = isBlock(code) ? ["{", "}"] : ["[", "]"];
  return `${open}\n${members.map((member) => `${inner}${member},\n`).join("")}${indent}${close}`;
}

function onOneLine(code: Code): string {
  if (code instanceof Expression) return code.text;
  if (code instanceof Secret) return `config.requireSecret(${harmlessJson(code.key)})`;
  if (isBlock(code)) return blockOnOneLine(code);
  if (typeof code === "object") return `[${code.map(onOneLine).join(", ")}]`;
  return harmlessJson(code);
}

function blockOnOneLine(block: Block): string {
  const members = Object.entries(block).map(([name, value]) => `${key(name)}: ${onOneLine(value)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : harmlessJson(name);
}
