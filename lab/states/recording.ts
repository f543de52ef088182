import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../../toolbox/pulumi";
import type { Made } from "./program";

/** A stack's state, and what stood beside it: enough to go on from there on another machine. All of its secrets are made up. */
export interface Recording {
  readonly driver: "console" | "operator";
  readonly made: Made;
  /** The deployment, as `pulumi stack export --show-secrets` gives it. */
  readonly deployment: unknown;
  /** The sandbox's state file. */
  readonly sandbox: { readonly managementKey: string; readonly issuerToken: string; readonly airkitToken: string };
  /** The file of signing secrets. */
  readonly secretFile: string;
}

/** What differs from machine to machine. */
export interface Places {
  /** The sandbox's address. */
  readonly sandbox: string;
  /** The folder that the program writes to. */
  readonly directory: string;
}

function folder(): string {
  return path.join(repoRoot(), "test", "fixtures", "states");
}

/** All that was ever recorded: `0.1.0-console`. */
export function recordings(): string[] {
  return readdirSync(folder()).map((file) => path.basename(file, ".json"));
}

export function recordingFile(name: string): string {
  return path.join(folder(), `${name}.json`);
}

/** As text for the repository: nothing of this machine is in it. */
export function packed(recording: Recording, places: Places): string {
  return replaced(`${JSON.stringify(recording, null, 2)}\n`, (name, place) => [place, `<${name}>`], places);
}

/** As it would have been recorded on this machine. */
export function unpacked(name: string, places: Places): Recording {
  const text = readFileSync(recordingFile(name), "utf8");
  return JSON.parse(replaced(text, (place, here) => [`<${place}>`, here], places)) as Recording;
}

function replaced(text: string, change: (name: string, place: string) => [string, string], places: Places): string {
  return Object.entries({ ...places, repository: repoRoot() }).reduce((changed, [name, place]) => {
    const [from, to] = change(name, place);
    return changed.replaceAll(from, to);
  }, text);
}

/** Stack config that points the default provider at the sandbox. */
export function configOf(
  { driver, sandbox }: Pick<Recording, "driver" | "sandbox">,
  url: string,
): Record<string, { value: string; secret?: boolean }> {
  return {
    "kustomer:baseUrl": { value: url },
    "kustomer:apiKey": { value: sandbox.managementKey, secret: true },
    "kustomer:issuerUrl": { value: `${url}/issuer/keys` },
    "kustomer:issuerToken": { value: sandbox.issuerToken, secret: true },
    "airkit:driver": { value: driver },
    "airkit:baseUrl": { value: `${url}/airkit-console` },
    "airkit:token": { value: sandbox.airkitToken, secret: true },
  };
}
