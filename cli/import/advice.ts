import { driverOf } from "../../providers/airkit/connection";
import type { Settings } from "../../providers/lifecycle/settings";
import type { StackSecret } from "./code";
import { NOUNS, type Plan } from "./plan";
import { importFlags } from "./target-stack";
import type { Found, Survey } from "./survey";

/** What the steps depend on, beside the plan. */
export interface Where {
  readonly isYaml: boolean;
  readonly isProtected: boolean;
  readonly stack: string | undefined;
}

/** What is to be known of what was found and chosen. */
export function remarksOn(
  { found }: Survey,
  chosen: readonly Found[],
  settings: Settings,
  secrets: readonly StackSecret[],
  isProtected: boolean,
): string[] {
  // Before anything is chosen, a list.
  const looked = chosen.length > 0 ? chosen : found;
  const called = ({ kind, name, id }: Found): string => `${NOUNS[kind]} "${name}" (${id})`;
  return [
    ...chosen
      .filter(({ managed }) => managed)
      .map(
        (object) =>
          `${called(object)} carries the mark of a resource of this package. If another stack still manages it, take it out of that one first (pulumi state delete <URN>): two stacks would undo each other's changes`,
      ),
    ...chosen
      .filter(({ properties }) => properties.isError === true)
      .map(
        (object) =>
          `${called(object)} is failing: Kustomer reports that deliveries do not succeed. It is imported as it is; check its endpoint`,
      ),
    ...(looked.some(({ kind, usual }) => kind === "api-key" && !usual) ? [ABOUT_KEYS] : []),
    ...(driverOf(settings) === "operator" ? [ABOUT_OPERATORS] : []),
    ...headersTakenForSecrets(secrets),
    ...(chosen.length > 0 && !isProtected ? [ABOUT_DELETING] : []),
  ];
}

/** Shorter ones are ordinary words more often than not. */
const SHORT = 8;

/** Only their author knows; what is a secret is masked wherever it occurs, as a part of other words too. */
function headersTakenForSecrets(secrets: readonly StackSecret[]): string[] {
  const headers = secrets.flatMap(({ secret: { header, value = "" } }) =>
    header === undefined ? [] : [{ header, value }],
  );
  const flags = (names: readonly { header: string }[]): string =>
    [...new Set(names.map(({ header }) => `--plain-header ${header.toLowerCase()}`))].join(" ");
  const short = headers.filter(({ value }) => value.length < SHORT);
  return [
    ...(headers.length > 0
      ? [`the values of these headers are treated as secrets; name those that are not: ${flags(headers)}`]
      : []),
    ...(short.length > 0
      ? [
          `a secret as short as this is masked in every output in which its text happens to occur, other words included: if it is not a secret, say ${flags(short)}`,
        ]
      : []),
  ];
}

const ABOUT_DELETING =
  "What is imported is the stack's: pulumi destroy, or taking it out of the program, deletes it. Import with --protect to keep that from happening";

const ABOUT_KEYS =
  "An API key cannot be read back, so its token has to come from you: with --token-env or --token-file it is imported; " +
  "otherwise the program declares it, and the first up adopts it, which only looks at it. Where nobody has the token any more, make a new key";

const ABOUT_OPERATORS =
  "Airkit's objects cannot be listed with the operator driver. Name them by the UUID in the address of each one's page: " +
  "account.id (Console > Integrations > Connected Accounts), resource.id (Console > Resources > All Resources; it also stands in the webhook's URL), " +
  "hub.id (Console > Conversations > Hubs). With --as relays, --account-id, --hub-id and --routing-flow-id declare the Airkit half";

/** What is left to do when nothing was run. */
export function stepsToImport(
  { resources }: Plan,
  secrets: readonly StackSecret[],
  file: string,
  { isYaml, isProtected, stack }: Where,
): string[] {
  const steps = [
    isYaml
      ? "Add the lines above to Pulumi.<stack>.yaml, below its `config:`; where it has relays already, append these to them."
      : "Add the code above to the program.",
    ...(secrets.length === 0
      ? []
      : [
          `Set what must stand in no file; each command asks for its value:\n${secrets.map((one) => setCommand(one, isYaml, stack)).join("\n")}`,
        ]),
    ...(resources.length === 0
      ? []
      : [
          `pulumi import --file ${file} ${[...importFlags(isProtected), ...stackFlag(stack)].join(" ")}`,
          `rm ${file}    # it holds secrets in clear; --run would have removed it by itself`,
        ]),
    check(secrets, stack),
  ];
  return numbered(steps);
}

/** What is left to do when the import was run. */
export function stepsAfterImport(secrets: readonly StackSecret[], { isYaml, stack }: Where): string[] {
  const missing = secrets.filter(({ secret }) => secret.value === undefined);
  return numbered([
    ...(isYaml ? [] : ["Add the code above to the program."]),
    ...(missing.length === 0
      ? []
      : [
          `Set what could not be read back; each command asks for its value:\n${missing.map((one) => setCommand(one, isYaml, stack)).join("\n")}`,
        ]),
    check(secrets, stack),
  ]);
}

/** A key whose token is not known yet is in no state yet. */
function check(secrets: readonly StackSecret[], stack: string | undefined): string {
  return secrets.some(({ secret }) => secret.value === undefined)
    ? `${["pulumi preview", ...stackFlag(stack)].join(" ")}    # nothing but API keys to create, which adopts them`
    : ["pulumi preview --expect-no-changes", ...stackFlag(stack)].join(" ");
}

function setCommand({ path, secret }: StackSecret, isYaml: boolean, stack: string | undefined): string {
  const flags = [...(isYaml ? ["--path"] : []), ...stackFlag(stack)].map((flag) => `${flag} `).join("");
  return `     pulumi config set --secret ${flags}${isYaml ? quoted(path) : path}    # ${secret.what}`;
}

function stackFlag(stack: string | undefined): string[] {
  return stack === undefined ? [] : [`--stack ${stack}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function numbered(steps: readonly string[]): string[] {
  return steps.map((step, index) => `  ${index + 1}. ${step}`);
}
