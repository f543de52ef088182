/**
 * `npm start`: a relay from nothing to healed drift, with the real Pulumi engine and a sandbox Kustomer and Airkit on this
 * machine. `--keep` leaves everything running.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { RELAY_ROLES } from "../providers/kustomer/roles";
import { EngineError, ensureEngine, repoRoot } from "./engine";
import { CommandLineInterface } from "./start/command-line-interface";
import { Interrupt, Interrupted } from "./start/interrupt";
import { SandboxProcess } from "./start/sandbox-process";
import { type Shown, table } from "./start/summary";

const STACK = "sandbox";
const EVENTS = ["kustomer.message.create", "kustomer.conversation.update"];

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
  const interrupt = new Interrupt();
  const engine = await ensureEngine();
  interrupt.check();

  const directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
  const pulumi = new CommandLineInterface(engine, directory, STACK, randomUUID());
  const sandbox = await SandboxProcess.start(directory, values.keep);
  const tour = new Tour(pulumi, sandbox, interrupt);
  let kept = false;
  try {
    say(`A sandbox Kustomer and Airkit answer at ${sandbox.url}`);
    await prepare(directory, pulumi, sandbox);
    await tour.walk();
    if (!values.keep) await tour.show("pulumi destroy leaves nothing behind", () => destroyed(pulumi, sandbox));
    kept = values.keep && tour.succeeded;
  } finally {
    if (!kept) {
      await sandbox.stop();
      rmSync(directory, { recursive: true, force: true });
    }
    say(`What was shown\n${table(tour.shown)}`);
  }
  console.log(kept ? howToPlay(directory, pulumi, sandbox) : nextCommands());
  return tour.succeeded;
}

/** The ready-made stack in a folder of its own, as a company would have it: project file, stack config, state. */
async function prepare(directory: string, pulumi: CommandLineInterface, sandbox: SandboxProcess): Promise<void> {
  writeFileSync(
    path.join(directory, "Pulumi.yaml"),
    `name: kustomer-relay\nruntime: nodejs\nmain: ${path.join(repoRoot(), "dist/stack/index.js")}\n`,
  );
  const token = await sandbox.createKey("support", RELAY_ROLES);
  const resourceId = randomUUID();
  const relay = "kustomer-relay:relays[0]";
  await pulumi.run(["stack", "init", STACK, "--secrets-provider", "passphrase"], { quiet: true });
  await pulumi.run(
    [
      ...["config", "set-all", "--path"],
      ...["--plaintext", `kustomer:baseUrl=${sandbox.url}`, "--secret", `kustomer:apiKey=${sandbox.managementKey}`],
      ...["--plaintext", `${relay}.name=support`],
      ...[
        "--plaintext",
        `${relay}.destination=${sandbox.url}/internal/sessions/v1/resource/kustomer/${resourceId}/receive-message`,
      ],
      ...["--plaintext", `${relay}.kustomer.webhook.watchSeconds=2`],
      ...["--secret", `${relay}.kustomer.apiKey.token=${token}`],
    ],
    { quiet: true },
  );
}

/** What is shown, one thing after the other; the first that fails ends it. */
class Tour {
  readonly shown: Shown[] = [];

  constructor(
    private readonly pulumi: CommandLineInterface,
    private readonly sandbox: SandboxProcess,
    private readonly interrupt: Interrupt,
  ) {}

  get succeeded(): boolean {
    return this.shown.length > 0 && this.shown.every(({ ok }) => ok);
  }

  async walk(): Promise<void> {
    await this.show("pulumi up creates the relay", async () => {
      await this.pulumi.run(["up", "--yes", "--skip-preview"]);
      const [webhook] = await this.sandbox.webhooks();
      if (webhook === undefined) throw new Error("there is no webhook in Kustomer");
      return `webhook ${webhook.id}`;
    });
    await this.show("signed events arrive and are verified", () => this.sendEvents());
    await this.show("somebody switches the webhook off", async () => {
      for (const { id } of await this.sandbox.webhooks()) await this.sandbox.switchOff(id);
      return "in Kustomer's settings, by hand";
    });
    await this.show("pulumi refresh shows it", async () => {
      const printed = await this.pulumi.run(["refresh", "--yes", "--skip-preview"]);
      if (!printed.includes("diff: ~enabled")) throw new Error("refresh did not show the drift");
      return "diff: ~enabled";
    });
    await this.show("pulumi up heals it", async () => {
      await this.pulumi.run(["up", "--yes", "--skip-preview"]);
      const off = (await this.sandbox.webhooks()).filter(({ enabled }) => !enabled);
      if (off.length > 0) throw new Error("the webhook is still off");
      return "switched on again";
    });
  }

  async show(what: string, work: () => Promise<string>): Promise<void> {
    this.interrupt.check();
    say(what);
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
      this.shown.push({ what, result: await work(), ok: true, seconds: seconds() });
    } catch (error) {
      this.shown.push({ what, result: "see above", ok: false, seconds: seconds() });
      this.interrupt.check();
      throw error;
    }
  }

  private async sendEvents(): Promise<string> {
    const outputs = JSON.parse(
      await this.pulumi.run(["stack", "output", "--json", "--show-secrets"], { quiet: true }),
    ) as { support: { webhookSecret: string; destinationUrl: string } };
    const resourceId = /kustomer\/([^/]+)\//.exec(outputs.support.destinationUrl)?.[1] ?? "";
    await this.sandbox.expectSecret(resourceId, outputs.support.webhookSecret);
    const ids: string[] = [];
    for (const event of EVENTS) ids.push(await this.sandbox.happen(event));
    const deadline = Date.now() + 15_000;
    for (;;) {
      const verified = (await this.sandbox.received()).filter(
        ({ eventId, verified }) => verified && ids.includes(eventId),
      );
      if (verified.length >= ids.length) {
        for (const { eventName, eventId } of verified)
          console.log(`  ${eventName} ${eventId}: signature verified at Airkit`);
        return `${verified.length} of ${ids.length}`;
      }
      if (Date.now() > deadline)
        throw new Error(`only ${verified.length} of ${ids.length} events arrived and were verified within 15 seconds`);
      this.interrupt.check();
      await sleep(100);
    }
  }
}

async function destroyed(pulumi: CommandLineInterface, sandbox: SandboxProcess): Promise<string> {
  await pulumi.run(["destroy", "--yes", "--skip-preview"]);
  const left = await sandbox.webhooks();
  if (left.length > 0) throw new Error(`${left.length} webhooks are left in Kustomer`);
  return "no webhook left";
}

function nextCommands(): string {
  return `
Next:
  npm start -- --keep              the same, left running for you to play with
  npm run pulumi -- stack init     a stack of your own; README.md shows what to declare in it
  npm test                         everything this package promises, on the real engine
`;
}

function howToPlay(directory: string, pulumi: CommandLineInterface, sandbox: SandboxProcess): string {
  const file = path.join(directory, "shell");
  const exports = Object.entries(pulumi.variables).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(
    file,
    [
      ...exports,
      `pulumi() { npm --prefix '${repoRoot()}' run -s pulumi -- --cwd '${directory}' --stack ${STACK} "$@"; }`,
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  return `
Left running. In this shell:
  . ${file}
then try:
  pulumi stack output                                           what the relay gives out
  curl ${sandbox.url}/sandbox/events -d '{"name": "kustomer.message.create"}'; curl ${sandbox.url}/sandbox/received
  pulumi refresh                                                 after you changed something: ${sandbox.url}/sandbox/webhooks
To end it: kill ${sandbox.pid}; rm -r ${directory}
`;
}

function say(text: string): void {
  console.log(`\n== ${text}`);
}

main()
  .then((ok) => {
    process.exitCode = ok ? 0 : 1;
  })
  .catch((error: unknown) => {
    const known = error instanceof EngineError || error instanceof Interrupted;
    console.error(
      known ? error.message : `npm start failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  });
