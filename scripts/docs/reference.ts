import type { Comparison, InputField, OutputField } from "../../providers/lifecycle/fields";
import type { Declaration } from "../../providers/lifecycle/lifecycle";
import type { Sentences } from "./sentences";
import { table } from "./table";

/** docs/resources.md, out of the declarations and their comments. */
export function reference(lifecycles: readonly Declaration[], sentences: ReadonlyMap<string, Sentences>): string {
  const parts = [
    "# Resources",
    "<!-- Written by `npm run docs` from the declarations in providers/: change it there. -->",
    [
      "What each resource takes, what it gives, and what a change of each input does:",
      "",
      "- **updates**: the object is changed in place.",
      "- **replaces**: a new object is made first, what depends on it is updated, then the old one is deleted.",
      "- **touches nothing**: it steers this package only.",
    ].join("\n"),
    [
      "Every input is an output too, as the remote system has it. Any input may be the output of another resource.",
      "_Documented_ and _inferred_ say where a field of Airkit's forms is known from: its documentation, or a conclusion.",
    ].join("\n"),
    ...lifecycles.flatMap((declaration) => section(declaration, sentences.get(declaration.name))),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section(declaration: Declaration, sentences: Sentences | undefined): string[] {
  const { name, type, inputs } = declaration;
  return [
    `## ${name}`,
    sentences?.resource ?? "",
    `Type token: \`pulumi-nodejs:${type}\``,
    table(
      ["Input", "Default", "A change", "Compared", "Secret", "What it is"],
      Object.entries(inputs)
        .filter(([, field]) => !field.internal)
        .map(([property, field]) => [
          `\`${property}\``,
          defaultOf(declaration, property),
          changeOf(field),
          comparisons[field.compare],
          yes(field.secret),
          sentences?.inputs.get(property) ?? "",
        ]),
    ),
    table(
      ["Output", "Secret", "What it is"],
      outputsOf(declaration).map(([property, { secret }]) => [
        `\`${property}\``,
        yes(secret),
        sentences?.outputs.get(property) ?? "",
      ]),
    ),
  ];
}

/** What only the remote system knows, and inputs of which it knows more once the object exists. */
export function outputsOf({ outputs }: Declaration): [string, OutputField][] {
  return Object.entries(outputs).filter(([, field]) => !field.internal);
}

const comparisons: Record<Comparison, string> = {
  exact: "as it is",
  set: "as a set: order and repetitions do not count",
  "case-insensitive map": "by name, whose case does not count",
  "write-only": "with what was last sent: it is never shown",
  identity: "whether it names another object",
  claim: "as it is, once the object has an owner",
  ignored: "not at all",
};

function changeOf({ change, compare }: InputField): string {
  if (compare === "ignored") return "touches nothing";
  return change === "replace" ? "replaces" : "updates";
}

function defaultOf({ inputs }: Declaration, name: string): string {
  // The resource class fills it in, before there is anything to validate.
  if (name === "name") return "the resource's name";
  const parsed = inputs[name]?.schema.safeParse(undefined);
  if (parsed?.success !== true) return "**required**";
  if (parsed.data === undefined) return "";
  const text = Array.isArray(parsed.data) ? parsed.data.join(", ") : JSON.stringify(parsed.data).replace(/^"|"$/g, "");
  return `\`${text}\``;
}

function yes(value: boolean): string {
  return value ? "yes" : "";
}
