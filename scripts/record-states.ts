import { mkdtempSync, readFileSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RELAY_ROLES } from "../index";
import { type Sandbox, startSandbox } from "../sandbox";
import { repoRoot } from "../toolbox/pulumi";
import { InlineStack } from "../lab/inline-stack";
import { type Made, program } from "../lab/states/program";
import { type Recording, configOf, packed, recordingFile } from "../lab/states/recording";

/**
 * `npm run record-states`: brings up one of everything with the real engine and keeps the states under the version in
 * package.json, so that later versions can show that they still read them. What a released version has recorded stays.
 */
async function record(driver: Recording["driver"], version: string): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "kustomer-relay-states-"));
  const stateFile = path.join(directory, "sandbox.json");
  const sandbox = await startSandbox({ stateFile });
  let stack: InlineStack | undefined;
  try {
    const made = madeByHand(sandbox, driver);
    const tokens = {
      managementKey: sandbox.managementKey,
      issuerToken: sandbox.issuerToken,
      airkitToken: sandbox.airkitToken,
    };
    const config = configOf({ driver, sandbox: tokens }, sandbox.url);
    stack = await InlineStack.of(program(made, directory), config);
    await stack.up();
    const deployment = await stack.deployment();
    const secretFile = readFileSync(path.join(directory, "secrets"), "utf8");
    // The sandbox writes what has changed before it answers.
    const kept = JSON.parse(readFileSync(stateFile, "utf8")) as Recording["sandbox"];
    const recording = { driver, made, deployment, sandbox: kept, secretFile };
    mkdirSync(path.dirname(recordingFile("any")), { recursive: true });
    const file = recordingFile(`${version}-${driver}`);
    writeFileSync(file, packed(recording, { sandbox: sandbox.url, directory }));
    console.log(`wrote ${path.relative(process.cwd(), file)}`);
  } finally {
    await sandbox.close();
    stack?.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

function madeByHand(sandbox: Sandbox, driver: Recording["driver"]): Made {
  const { token } = sandbox.createKey({ name: "by hand", roles: RELAY_ROLES });
  const capabilities = ["MESSAGING_SEND_TEXT"];
  const objects = (name: string, channel?: string) => {
    const account = sandbox.createAirkitObject("accounts", { name, integration: "Kustomer", apiKey: token }).id;
    const resource = sandbox.createAirkitObject("resources", { name, capabilities, datasourceId: account }).id;
    const channelResourceIds = [channel ?? resource];
    const hub = sandbox.createAirkitObject("hubs", { name, channelResourceIds }).id;
    return { account, resource, hub };
  };
  const webChatId = objects("Web Chat").resource;
  return driver === "console"
    ? { token, webChatId }
    : { token, webChatId, named: { alone: objects("Alone", webChatId), support: objects("support", webChatId) } };
}

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(repoRoot(), "package.json"), "utf8")) as { version: string };
  for (const driver of ["console", "operator"] as const) await record(driver, version);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
