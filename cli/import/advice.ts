import { driverOf } from "../../providers/airkit/connection";
import type { Settings } from "../../providers/lifecycle/settings";
import type { Secret } from "./code";
import { NOUNS, type Plan } from "./plan";
import { IMPORT_FLAGS } from "./target-stack";
import type { Found, Survey } from "./survey";

/** A secret of the stack, by its key or path. */
export interface StackSecret {
  readonly path: string;
  readonly secret: Secret;
}

/** What is to be known of what was found and chosen. */
export function remarksOn({ found }: Survey, chosen: readonly Found[], settings: Settings): string[] {
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
          `${called(object)} is failing: Kustomer reports that deliveries do not succeed. It is imported as it is; see to its endpoint`,
      ),
    ...(found.some(({ kind, usual }) => kind === "api-key" && !usual) ? [ABOUT_KEYS] : []),
    ...(driverOf(settings) === "operator" ? [ABOUT_OPERATORS] : []),
  ];
}

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
  isYaml: boolean,
  stack: string | undefined,
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
          `pulumi import --file ${file} ${[...IMPORT_FLAGS, ...stackFlag(stack)].join(" ")}`,
          `rm ${file}    # it holds secrets in clear; --run would have removed it by itself`,
        ]),
    check(secrets, stack),
  ];
  return numbered(steps);
}

/** What is left to do when the import was run. */
export function stepsAfterImport(
  secrets: readonly StackSecret[],
  isYaml: boolean,
  stack: string | undefined,
): string[] {
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
