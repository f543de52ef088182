/**
 * `npm start`: a relay from nothing to healed drift, with the real Pulumi engine and a sandbox Kustomer and Airkit on this
 * machine. `--driver operator` has a person do Airkit's half, as with the real Airkit. `--receiver aws-local` puts the
 * functions for AWS Lambda in between, on local engines. `--language yaml|python` declares the relay in that language, over the
 * provider plugin. `--keep` leaves everything running.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { RELAY_ROLES } from "../providers/kustomer/api-key/roles";
import { EngineError, ensureEngine, repoRoot } from "../toolbox/pulumi";
import { Background } from "../lab/tour/background";
import { CommandLineInterface } from "../lab/tour/command-line-interface";
import { LANGUAGES, type Language } from "../lab/languages";
import { consoleTour } from "../lab/tour/console-tour";
import { howToPlay, whatNext } from "../lab/tour/farewell";
import { Interrupt, Interrupted } from "../lab/tour/interrupt";
import { languageTour } from "../lab/tour/language-tour";
import { operatorTour } from "../lab/tour/operator-tour";
import { SandboxProcess } from "../lab/tour/sandbox-process";
import { table } from "../lab/tour/summary";
import { RECEIVERS, type ReceiverKind, Tour } from "../lab/tour/tour";

const STACK = "sandbox";
/** Where nothing is deployed yet. */
const YOURS = "yours";
const TOURS = { console: consoleTour, operator: operatorTour };
const USAGE = `usage: npm start -- [--driver ${Object.keys(TOURS).join("|")}] [--receiver ${RECEIVERS.join("|")}] [--language ${LANGUAGES.join("|")}] [--keep]`;

interface Options {
  readonly keep: boolean;
  readonly walk: typeof consoleTour;
  readonly receiver: ReceiverKind;
  readonly language: Language | undefined;
}

async function main({ keep, walk, receiver, language }: Options): Promise<boolean> {
  const interrupt = new Interrupt();
  const engine = await ensureEngine();
  interrupt.check();

  const directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-"));
  const pulumi = new CommandLineInterface({ engine, directory, passphrase: randomUUID() }, STACK);
  const sandbox = await SandboxProcess.start(directory, keep);
  const tour = new Tour(pulumi, sandbox, interrupt, { directory, keep, receiver });
  let kept = false;
  let page: string | undefined;
  try {
    console.log(`\n== A sandbox Kustomer and Airkit answer at ${sandbox.url}`);
    const [token, webChatId] = [await sandbox.createKey("support", RELAY_ROLES), await webChat(sandbox)];
    if (language === undefined) {
      await declareRelay(tour, directory);
      await walk(tour, token, webChatId);
    } else
      await languageTour(tour, { language, engine, directory, keep }, { apiHostname: sandbox.url, token, webChatId });
    if (!keep) await tour.show("pulumi destroy leaves nothing behind", () => tour.destroy());
    else if (language === undefined) page = await openPage(tour, directory, walk === operatorTour);
    kept = keep;
  } finally {
    if (!kept) {
      await Promise.all(tour.processes.map((process) => process.stop()));
      rmSync(directory, { recursive: true, force: true });
    }
    console.log(`\n== What was shown\n${table(tour.shown)}`);
  }
  console.log(kept ? howToPlay(directory, tour, page) : whatNext());
  return tour.succeeded;
}

/** The ready-made stack in a folder of its own, as a company would have it: project file, stack config, state. */
async function declareRelay(tour: Tour, directory: string): Promise<void> {
  const program = path.join(repoRoot(), "dist/stack/program.js");
  writeFileSync(path.join(directory, "Pulumi.yaml"), `name: kustomer-relay\nruntime: nodejs\nmain: ${program}\n`);
  await declareStack(tour, STACK, "support");
}

async function declareStack(tour: Tour, stack: string, relay: string): Promise<void> {
  await tour.pulumi.run(["stack", "init", stack, "--secrets-provider", "passphrase"], { quiet: true });
  await tour.set("kustomer:baseUrl", tour.sandbox.url);
  await tour.set("kustomer:apiKey", tour.sandbox.ready.managementKey, "--secret");
  await tour.set("kustomer-relay:relays[0].name", relay);
  await tour.set("kustomer-relay:relays[0].airkit.apiHostname", tour.sandbox.url);
  await tour.set("kustomer-relay:relays[0].kustomer.webhook.watchSeconds", "2");
}

/** The console over what was deployed; with an operator there is an empty stack, too, to play one. */
async function openPage(tour: Tour, directory: string, withEmptyStack: boolean): Promise<string> {
  const stacks = withEmptyStack ? [YOURS, STACK] : [STACK];
  if (withEmptyStack) {
    await declareStack(tour, YOURS, YOURS);
    await tour.pulumi.run(["stack", "select", STACK], { quiet: true });
  }
  const args = ["console", "--json", "--cwd", directory, ...stacks.flatMap((stack) => ["--stack", stack])];
  const { process, ready } = await Background.start("console", "../../cli/main.js", args, {
    directory,
    keep: true,
    env: tour.pulumi.env,
  });
  tour.keeps(process);
  return (ready as { address: string }).address;
}

/** What is there before there is a relay: the Web Chat on which conversations begin. */
async function webChat(sandbox: SandboxProcess): Promise<string> {
  const account = await sandbox.createAirkitObject("accounts", {
    name: "Web Chat",
    integration: "Kustomer",
    apiKey: "none",
  });
  return sandbox.createAirkitObject("resources", {
    name: "Web Chat",
    capabilities: ["MESSAGING_SEND_TEXT"],
    datasourceId: account,
  });
}

function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      keep: { type: "boolean", default: false },
      driver: { type: "string", default: "console" },
      receiver: { type: "string", default: "self-hosted" },
      language: { type: "string" },
    },
  });
  const walk = Object.entries(TOURS).find(([name]) => name === values.driver)?.[1];
  if (walk === undefined) throw new TypeError(`there is no driver "${values.driver}"`);
  const receiver = RECEIVERS.find((kind) => kind === values.receiver);
  if (receiver === undefined) throw new TypeError(`there is no receiver "${values.receiver}"`);
  if (walk === operatorTour && receiver !== "self-hosted") throw new TypeError("the operator's tour has no receiver");
  const language = LANGUAGES.find((name) => name === values.language);
  if (values.language !== undefined && language === undefined)
    throw new TypeError(`there is no tour in "${values.language}"`);
  return { keep: values.keep, walk, receiver, language };
}

function failed(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  // `parseArgs` throws TypeErrors that say which argument is wrong.
  if (error instanceof TypeError) console.error(`${message}\n${USAGE}`);
  else
    console.error(
      error instanceof EngineError || error instanceof Interrupted ? message : `npm start failed: ${message}`,
    );
  process.exitCode = error instanceof Interrupted ? 130 : 1;
}

Promise.resolve(process.argv.slice(2))
  .then(optionsOf)
  .then(main)
  .then((ok) => {
    process.exitCode = ok ? 0 : 1;
  })
  .catch(failed);
