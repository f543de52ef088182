import { parseArgs } from "node:util";
import { Chain } from "../../sandbox/aws/chain";
import { ensureTools } from "../../toolbox/aws-local";

/** The hosted receiver on this machine, in a process of its own; says in one line of JSON where it is. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { "until-stdin-closes": { type: "boolean", default: false } } });
  const chain = await Chain.start(await ensureTools());
  const end = (): void => {
    void chain.stop().then(() => process.exit());
  };
  process.once("SIGTERM", end);
  if (values["until-stdin-closes"]) process.stdin.resume().once("end", end);
  await Promise.all(Object.values(chain.functions).map((each) => each.warm()));
  const ready: HostedReady = { url: chain.urlOf(""), engineUrl: chain.engine.url, resources: chain.resources };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

export interface HostedReady {
  /** Of the function; a relay's route comes behind it. */
  readonly url: string;
  readonly engineUrl: string;
  readonly resources: Chain["resources"];
}

void main();
