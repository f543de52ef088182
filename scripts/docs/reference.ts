import type { Comparison, Declaration, Field, OutputField } from "../../providers/lifecycle/lifecycle";
import { table } from "./table";

/** docs/resources.md, out of the field tables. */
export function reference(lifecycles: readonly Declaration[]): string {
  const parts = [
    "# Resources",
    "<!-- Written by `npm run docs` from the field tables in providers/: change it there. -->",
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
    ...lifecycles.flatMap(section),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section(lifecycle: Declaration): string[] {
  const inputs = Object.entries(lifecycle.fields).filter(([, field]) => !field.internal);
  return [
    `## ${lifecycle.name}`,
    lifecycle.doc,
    `Type token: \`pulumi-nodejs:${lifecycle.type}\``,
    table(
      ["Input", "Default", "A change", "Compared", "Secret", "What it is"],
      inputs.map(([name, field]) => [
        `\`${name}\``,
        defaultOf(lifecycle, name),
        changeOf(field),
        comparisons[field.compare ?? "exact"],
        yes(field.secret),
        field.doc,
      ]),
    ),
    table(
      ["Output", "Secret", "What it is"],
      outputsOf(lifecycle).map(([name, { secret, doc }]) => [`\`${name}\``, yes(secret), doc]),
    ),
  ];
}

/** What only the remote system knows, and inputs that tell more once the object exists. */
export function outputsOf({ fields, outputs }: Declaration): [string, OutputField][] {
  const told = Object.entries(fields).flatMap(([name, { output, secret }]): [string, OutputField][] =>
    output === undefined ? [] : [[name, { doc: output, ...(secret && { secret }) }]],
  );
  return [...told, ...Object.entries(outputs).filter(([, field]) => !field.internal)];
}

const comparisons: Record<Comparison, string> = {
  exact: "as it is",
  set: "as a set: order and repetitions do not count",
  "case-insensitive map": "by name, whose case does not count",
  "write-only": "with what was last sent: it is never shown",
  identity: "whether it names another object",
  ignored: "not at all",
};

function changeOf({ change, compare }: Field): string {
  if (compare === "ignored") return "touches nothing";
  return change === "replace" ? "replaces" : "updates";
}

function defaultOf({ inputs }: Declaration, name: string): string {
  // The resource class fills it in, before there is anything to validate.
  if (name === "name") return "the resource's name";
  const parsed = inputs.shape[name]?.safeParse(undefined);
  if (parsed?.success !== true) return "**required**";
  if (parsed.data === undefined) return "";
  const text = Array.isArray(parsed.data) ? parsed.data.join(", ") : JSON.stringify(parsed.data).replace(/^"|"$/g, "");
  return `\`${text}\``;
}

function yes(value: boolean | undefined): string {
  return value ? "yes" : "";
}
