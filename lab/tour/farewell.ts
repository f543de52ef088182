import { writeFileSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "../../toolbox/pulumi";
import type { Tour } from "./tour";

export function whatNext(): string {
  return `
Next:
  npm start -- --keep                  the same, left running for you to play with
  npm start -- --driver operator       with a person doing Airkit's half, as with the real Airkit
  npm start -- --receiver aws-local    with the functions for AWS Lambda in between, on engines of this machine
  npm test                             everything this package promises, on the real engine
`;
}

export function howToPlay(directory: string, { pulumi, sandbox, processes }: Tour, page: string | undefined): string {
  const file = path.join(directory, "shell");
  const variables = Object.entries(pulumi.variables).map(([name, value]) => `export ${name}='${value}'`);
  const command = `npm --prefix '${repoRoot()}' run -s pulumi -- --cwd '${directory}' --stack ${pulumi.stack}`;
  writeFileSync(file, [...variables, `pulumi() { ${command} "$@"; }`, ""].join("\n"), { mode: 0o600 });
  return `
Left running. Click in both systems: ${sandbox.url}${page === undefined ? "" : `\nLook at the relay, and set one up, in another tab (the address works once): ${page}`}
In this shell:
  . ${file}
try:
  pulumi stack output                                what the relay gives out
  curl ${sandbox.url}/sandbox/events -d '{"name": "kustomer.message.create"}'   an event happens in Kustomer
  curl -X PATCH ${sandbox.url}/sandbox/webhooks/ID -d '{"enabled": false}'; pulumi refresh   drift
To end it: kill ${processes.map(({ pid }) => pid).join(" ")}; rm -r ${directory}
`;
}
