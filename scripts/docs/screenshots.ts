import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { openConsole } from "../../cli/console/console";
import { KustomerRelay } from "../../components/kustomer-relay";
import { InlineStack } from "../../lab/inline-stack";
import { RELAY_ROLES } from "../../providers/kustomer/api-key/roles";
import { parseConfig } from "../../receiver/self-hosted/config";
import { createLog } from "../../receiver/self-hosted/logs";
import { startReceiver } from "../../receiver/self-hosted/receiver";
import { type Sandbox, startSandbox } from "../../sandbox";
import { launchBrowser } from "../../toolbox/browser";
import { engineEnv, ensureEngine, repoRoot } from "../../toolbox/pulumi";

/** Times and random ids differ from one run to the next, which is little where eight points are looked at as one. */
const SAME_SHARE = 0.02;

/** The pictures of the README: a real relay in the sandbox, looked at by both pages. Gives the files that are new. */
export async function screenshots(): Promise<string[]> {
  const closing: (() => unknown)[] = [];
  try {
    const sandbox = await startSandbox();
    closing.push(() => sandbox.close());
    const stack = await deployRelay(sandbox, closing);
    Object.assign(process.env, stack.backend);
    const page = await openConsole({
      stacks: ["dev"],
      cwd: stack.directory,
      store: path.join(stack.directory, "store"),
      readOnly: false,
    });
    closing.push(() => page.close());
    const browser = await launchBrowser();
    closing.push(() => browser.close());
    const looks = { viewport: { width: 1120, height: 560 }, colorScheme: "light", reducedMotion: "reduce" } as const;
    const tab = await (await browser.newContext(looks)).newPage();

    await tab.goto(page.address);
    await tab.getByRole("link", { name: "Doctor" }).click();
    await tab.getByRole("button", { name: "Examine dev" }).click();
    await tab.getByText(/ failed, \d+ not made/).waitFor({ timeout: 60_000 });
    await tab.getByRole("link", { name: "Overview" }).click();
    await tab
      .getByRole("region", { name: "dev" })
      .locator(".way .part.unknown")
      .waitFor({ state: "detached", timeout: 60_000 });
    const overview = await shoot(tab, "console.png");
    await tab.goto(sandbox.url);
    await tab.getByText("signature verified").first().waitFor();
    return [...overview, ...(await shoot(tab, "sandbox.png"))];
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Kustomer → a receiver on this machine → Airkit, and a few events that pass it. */
async function deployRelay(sandbox: Sandbox, closing: (() => unknown)[]): Promise<InlineStack> {
  const engine = await ensureEngine();
  process.env.PATH = engineEnv(engine).PATH;
  const folder = mkdtempSync(path.join(tmpdir(), "kustomer-relay-docs-"));
  closing.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const { token } = sandbox.createKey({ name: "support", roles: RELAY_ROLES });
  const account = sandbox.createAirkitObject("accounts", { name: "Kustomer", integration: "Kustomer", apiKey: token });
  const channel = { capabilities: ["MESSAGING_SEND_TEXT"], datasourceId: account.id };
  const webChat = sandbox.createAirkitObject("resources", { name: "Web Chat", ...channel });
  const resource = sandbox.createAirkitObject("resources", { name: "Kustomer", ...channel });
  const secretFile = path.join(folder, "signing-secrets");
  writeFileSync(secretFile, "", { mode: 0o600 });
  const program = (publicUrl: string) => async () => {
    new KustomerRelay("support", {
      kustomer: { apiKey: { token }, webhook: { watchSeconds: 0 } },
      airkit: {
        apiHostname: sandbox.url,
        account: { id: account.id },
        resource: { id: resource.id },
        hub: { channelResourceIds: [webChat.id] },
      },
      receiver: { kind: "self-hosted", publicUrl, secretFile },
    });
    return Promise.resolve({});
  };
  const stack = await InlineStack.of(program(""), {
    "kustomer:baseUrl": { value: sandbox.url },
    "kustomer:apiKey": { value: sandbox.managementKey, secret: true },
    "airkit:driver": { value: "console" },
    "airkit:baseUrl": { value: sandbox.airkitConsoleUrl },
    "airkit:token": { value: sandbox.airkitToken, secret: true },
  });
  closing.push(() => {
    stack.remove();
  });
  const receiver = await startReceiver(
    parseConfig(
      {
        listen: { port: 0 },
        observe: { port: 0 },
        store: { folder: path.join(stack.directory, "store") },
        relays: [
          {
            name: "support",
            secrets: [{ file: secretFile }],
            destination: {
              url: `${sandbox.url}/internal/sessions/v1/resource/kustomer/${resource.id}/receive-message`,
              allowLoopbackHttp: true,
            },
          },
        ],
      },
      "the receiver of the pictures",
    ),
    { log: createLog("error", { write: () => undefined }) },
  );
  closing.push(() => receiver.stop());
  stack.program = program(`${receiver.url}/kustomer`);
  await stack.up();
  await receiver.reload();
  for (const name of ["kustomer.conversation.create", "kustomer.message.create", "kustomer.message.create"])
    await sandbox.send(name);
  return stack;
}

/** The file, if it is another picture than before. */
async function shoot(tab: Page, name: string): Promise<string[]> {
  const file = path.join(repoRoot(), "docs/images", name);
  const shot = await tab.screenshot();
  if (existsSync(file) && (await difference(tab, readFileSync(file), shot)) < SAME_SHARE) return [];
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, shot);
  return [path.relative(repoRoot(), file)];
}

/** The share of pixels that differ, as a browser without a page's policy sees them. */
async function difference(tab: Page, one: Buffer, other: Buffer): Promise<number> {
  const blank = await tab.context().newPage();
  try {
    const share: unknown = await blank.evaluate(
      `(${COMPARE})(${JSON.stringify([one, other].map((picture) => picture.toString("base64")))})`,
    );
    return typeof share === "number" ? share : 1;
  } finally {
    await blank.close();
  }
}

const COMPARE = `async (pictures) => {
  const [a, b] = await Promise.all(pictures.map(async (text) => {
    const image = new Image();
    image.src = "data:image/png;base64," + text;
    await image.decode();
    const [width, height] = [Math.round(image.width / 8), Math.round(image.height / 8)];
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.imageSmoothingQuality = "high";
    canvas.drawImage(image, 0, 0, width, height);
    return canvas.getImageData(0, 0, width, height);
  }));
  if (a.width !== b.width || a.height !== b.height) return 1;
  let differing = 0;
  for (let at = 0; at < a.data.length; at += 4)
    if ([0, 1, 2].some((part) => Math.abs(a.data[at + part] - b.data[at + part]) > 32)) differing += 1;
  return differing / (a.data.length / 4);
}`;
