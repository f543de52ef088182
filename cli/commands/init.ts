import path from "node:path";
import { type Command, Option } from "commander";
import { UsageError, newCommand } from "../command";
import { sourceAround } from "../init/source-around";
import { type Created, TEMPLATES, type Template, createProject } from "../init/create-project";
import { printLine } from "../print";
import { shellWord } from "../shell";

interface Values {
  readonly template: Template;
  readonly name?: string;
  readonly package?: string;
}

const DESCRIPTION = [
  "Makes a Pulumi project in an empty or an existing folder: a program or a file that declares a relay, settings to fill in, and a README. Nothing that exists is written over.",
  "typescript: the relay is declared in a program. stack-config: relays are declared in Pulumi.<stack>.yaml, and there is no code to write. yaml, python, go: the relay is declared in that language, with the provider plugin.",
].join("\n\n");

export function command(): Command {
  return newCommand("init", "Begin a project: files to fill in, and the next command.", DESCRIPTION)
    .argument("[folder]", "where to make it (this folder)", ".")
    .addOption(new Option("--template <name>", "what to begin with").choices(TEMPLATES).default("typescript"))
    .option("--name <name>", "the name of the Pulumi project (the folder's)", projectName)
    .option(
      "--package <source>",
      "where npm gets this package from, such as a tarball (the registry, or the file that the folder around has it from)",
    )
    .action((folder: string, { template, name, package: packageSource }: Values) => {
      const project = name ?? projectName(path.basename(path.resolve(folder)));
      const created = createProject({
        folder,
        template,
        name: project,
        packageSource: packageSource ?? sourceAround("."),
      });
      printLine(told(folder, template, created));
    });
}

/** As Pulumi takes it. */
function projectName(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(text)) return text;
  throw new UsageError(
    `"${text}" cannot name a Pulumi project: give --name with letters, digits, dots, dashes and underscores.`,
    "kustomer-relay init",
  );
}

/** What has to be there before the first `up`, in each language. */
const TO_INSTALL: Readonly<Record<Template, readonly string[]>> = {
  typescript: ["npm install"],
  "stack-config": ["npm install"],
  yaml: ["npm install", "npx kustomer-relay plugin install"],
  python: [
    "npm install",
    "npx kustomer-relay plugin install",
    "pulumi package gen-sdk kustomer-relay --language python --out sdks",
    "python3 -m venv venv && venv/bin/pip install -r requirements.txt",
  ],
  go: [
    "npm install",
    "npx kustomer-relay plugin install",
    "pulumi package gen-sdk kustomer-relay --language go --out sdks",
    "go mod tidy",
  ],
};

/** YAML's own look at the settings comes before the relay's, and knows their names alone. */
const SAID_BY_UP: Readonly<Partial<Record<Template, string>>> = {
  yaml: "names the settings that are missing; Pulumi.dev.yaml says how each is set",
};

function told(folder: string, template: Template, { written, kept }: Created): string {
  const place = folder === "." ? [] : [`cd ${shellWord(folder)}`];
  return [
    `Written${folder === "." ? "" : ` in ${folder}`}: ${written.join(", ")}.`,
    ...(kept.length > 0 ? [`Kept as they are: ${kept.join(", ")}.`] : []),
    "",
    "Next:",
    ...[
      ...place,
      ...TO_INSTALL[template],
      "pulumi stack init dev",
      `pulumi up                      # ${SAID_BY_UP[template] ?? "says all that is still missing, each with the command that sets it"}`,
    ].map((line) => `  ${line}`),
    "",
    "To try it without an account: npx kustomer-relay sandbox, in another shell.",
  ].join("\n");
}
