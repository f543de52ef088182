import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import * as z from "zod";
import { RelayError, messageOf } from "../../providers/lifecycle/errors";
import { UsageError } from "../command";
import { packageFolder } from "../version";

export const TEMPLATES = ["typescript", "stack-config", "yaml", "python", "go"] as const;
export type Template = (typeof TEMPLATES)[number];

export interface Wanted {
  readonly folder: string;
  readonly template: Template;
  /** The name of the Pulumi project. */
  readonly name: string;
  /** Where npm gets this package from, if not from the registry. */
  readonly packageSource: string | undefined;
}

/** What was written, and what was there already and is kept. */
export interface Created {
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

const OWN_PACKAGE = "pulumi-kustomer-relay";
const DESCRIPTION = "Relays that hand conversations between Airkit's bots and Kustomer's agents";
/** Files that say nothing of the project itself: a folder's own are as good. */
const KEPT = ["README.md", "tsconfig.json"];
/** Files that only get what they lack. */
const COMPLETED = ["package.json", ".gitignore"];

/**
 * A project out of a template, in an empty or an existing folder. Nothing is written over: where that would have to be, nothing
 * is written at all. An existing package.json only gets the dependencies that it lacks, and a .gitignore its lines.
 */
export function createProject({ folder, template, name, packageSource }: Wanted): Created {
  const files = filesOf(template).map((file) => ({ file, target: path.join(folder, file) }));
  const isThere = ({ target }: { target: string }): boolean => existsSync(target);
  const inTheWay = files.filter(isThere).filter(({ file }) => ![...KEPT, ...COMPLETED].includes(file));
  if (inTheWay.length > 0)
    throw new UsageError(
      `${inTheWay.map(({ file }) => file).join(", ")} exist in ${folder} already, so nothing was written. Name another folder: kustomer-relay init FOLDER.`,
      "kustomer-relay init",
    );
  const source = packageSource === undefined ? undefined : sourceFrom(folder, packageSource);
  makeFolder(folder);
  const [written, kept]: [string[], string[]] = [[], []];
  for (const { file, target } of files) {
    const own = existsSync(target) ? readFileSync(target, "utf8") : undefined;
    const text = contentOf(template, file).replaceAll("${PROJECT}", name).replaceAll("${DESCRIPTION}", DESCRIPTION);
    const wanted = own !== undefined && KEPT.includes(file) ? own : finished(file, text, target, source);
    if (wanted !== own) writeFileSync(target, wanted);
    (wanted === own ? kept : written).push(file);
  }
  return { written, kept };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new RelayError({
      doing: `make the folder ${folder}`,
      what: messageOf(error),
      next: "name another one: kustomer-relay init FOLDER",
    });
  }
}

/** npm packs no .gitignore, so what each says is said here. What `import` writes without --run holds signing secrets in clear. */
const ALWAYS_IGNORED = ["node_modules/", "kustomer-relay-import.json"];
const IGNORED: Readonly<Record<Template, readonly string[]>> = {
  typescript: ALWAYS_IGNORED,
  "stack-config": ALWAYS_IGNORED,
  yaml: ALWAYS_IGNORED,
  python: [...ALWAYS_IGNORED, "sdks/", "venv/", "__pycache__/"],
  go: [...ALWAYS_IGNORED, "sdks/"],
};

function withLines(text: string, lines: readonly string[]): string {
  const bare = (line: string): string => line.trim().replace(/^\/|\/$/g, "");
  const own = text.split("\n").map(bare);
  const lacking = lines.filter((line) => !own.includes(bare(line)));
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return lacking.length === 0 ? text : `${before}${lacking.join("\n")}\n`;
}

function filesOf(template: Template): string[] {
  return [...new Set([...readdirSync(folderOf(template)), ".gitignore"])];
}

function contentOf(template: Template, file: string): string {
  return file === ".gitignore"
    ? withLines("", IGNORED[template])
    : readFileSync(path.join(folderOf(template), file), "utf8");
}

function folderOf(template: Template): string {
  return path.join(packageFolder(), "templates", template);
}

function finished(file: string, text: string, target: string, source: string | undefined): string {
  if (file === "Pulumi.yaml") return withoutTemplate(text);
  if (file === ".gitignore" && existsSync(target))
    return withLines(readFileSync(target, "utf8"), text.trim().split("\n"));
  return file === "package.json" ? manifestWith(text, target, source) : text;
}

/** What only `pulumi new` reads. */
function withoutTemplate(text: string): string {
  const document = parseDocument(text);
  document.delete("template");
  return String(document);
}

const dependencies = z.record(z.string(), z.string()).optional();
const manifest = z.looseObject({ dependencies, devDependencies: dependencies });

function manifestWith(text: string, target: string, source: string | undefined): string {
  const ours = manifest.parse(JSON.parse(text));
  if (source !== undefined) ours.dependencies = { ...ours.dependencies, [OWN_PACKAGE]: source };
  if (!existsSync(target)) return `${JSON.stringify(ours, null, 2)}\n`;
  const theirs = manifest.parse(JSON.parse(readFileSync(target, "utf8")));
  const declared = { ...theirs.dependencies, ...theirs.devDependencies };
  const lacking = (wanted: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(wanted).filter(([name]) => !(name in declared)));
  const added = [lacking(ours.dependencies), lacking(ours.devDependencies)] as const;
  if (added.every((one) => Object.keys(one).length === 0)) return readFileSync(target, "utf8");
  const merged = {
    ...theirs,
    ...(Object.keys(added[0]).length > 0 && { dependencies: { ...theirs.dependencies, ...added[0] } }),
    ...(Object.keys(added[1]).length > 0 && { devDependencies: { ...theirs.devDependencies, ...added[1] } }),
  };
  return `${JSON.stringify(merged, null, 2)}\n`;
}

/** A file is named as seen from the project; a version or an address stays as it is. */
function sourceFrom(folder: string, source: string): string {
  const file = source.replace(/^file:/, "");
  if (existsSync(file)) return `file:${path.relative(path.resolve(folder), path.resolve(file))}`;
  if (file !== source || /^\.{0,2}\/|^(?!\w+:).*\.(tgz|tar\.gz)$/.test(source))
    throw new UsageError(`There is no file ${file} to take this package from.`, "kustomer-relay init");
  return source;
}
