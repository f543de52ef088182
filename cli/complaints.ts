import path from "node:path";
import type { FailureParts } from "../providers/lifecycle/errors";

type Cause = Pick<FailureParts, "what" | "next">;

/** What the Pulumi CLI complains of most, each with what a person who uses this package does about it. Words of CLI 3.259. */
const CAUSES: readonly (readonly [RegExp, (place: Readonly<{ cwd: string; stack: string | undefined }>) => Cause])[] = [
  [
    // The second is what it says of no project where --stack is given.
    /no Pulumi\.yaml project file found|pass the fully qualified name/,
    ({ cwd }) => noProject(cwd),
  ],
  [
    /no stack selected/,
    () => ({
      what: "no stack is selected",
      next: "pulumi stack select, or pulumi stack init dev for a new one; or name it with --stack",
    }),
  ],
  [
    /no stack named/,
    ({ stack = "" }) => ({
      what: `there is no stack ${stack}`,
      next: "pulumi stack ls lists those there are in this backend; pulumi whoami --verbose says which backend that is",
    }),
  ],
  [
    /passphrase must be set/,
    () => ({
      what: "the stack's secrets are locked with a passphrase, and none is given",
      next: "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE",
    }),
  ],
  [
    /incorrect passphrase/,
    () => ({
      what: "the passphrase is not the one of this stack",
      next: "correct PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE",
    }),
  ],
  [
    /PULUMI_ACCESS_TOKEN must be set/,
    () => ({
      what: "nobody is logged in to a backend",
      next: "pulumi login, or name the backend in PULUMI_BACKEND_URL",
    }),
  ],
];

export function noProject(cwd: string): Cause {
  return {
    what: `there is no Pulumi project in ${cwd}, nor in a folder above`,
    next: "go to the folder of your program, or begin one: npx kustomer-relay init",
  };
}

/** The cause of what the CLI says, where it is one of those; `undefined` where its own words have to do. */
export function causeOf(said: string, cwd = ".", stack?: string): Cause | undefined {
  const [, tell] = CAUSES.find(([words]) => words.test(said)) ?? [];
  return tell?.({ cwd: path.resolve(cwd), stack });
}
