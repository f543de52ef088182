import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createRequire } from "node:module";
import { CommandLine } from "../engine/support/command-line";
import { type Packed, pack } from "./support/packed";

/** The versions this repository itself is tested with. */
const companions = ["@pulumi/pulumi", "typescript", "@types/node"].map((name) => {
  const { version } = createRequire(__filename)(`${name}/package.json`) as { version: string };
  return `${name}@${version}`;
});

describe("a stranger with nothing but the packed package, in an empty folder,", () => {
  let packed: Packed;
  let shell: CommandLine;
  let sandbox: PackedSandbox;

  beforeAll(async () => {
    packed = await pack();
    // Types are checked once, by the installed compiler; Pulumi would do it at every command.
    shell = await CommandLine.open({ PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
    await shell.type(`npm install ${packed.tarball} ${companions.join(" ")} --prefer-offline --no-audit --no-fund`);
    sandbox = await startPackedSandbox(shell.directory);
  });

  afterAll(async () => {
    expect(await sandbox.stop()).toBe(0);
    shell.remove();
    rmSync(packed.directory, { recursive: true, force: true });
  });

  const arrived = async (): Promise<number> =>
    (await list<{ verified: boolean }>("received")).filter((one) => one.verified).length;
  const list = async <One>(what: string): Promise<One[]> => {
    const answer = (await (await fetch(`${sandbox.url}/sandbox/${what}`)).json()) as One[] | Record<string, One[]>;
    return Array.isArray(answer) ? answer : (Object.values(answer)[0] ?? []);
  };
  const send = async (): Promise<void> => {
    await fetch(`${sandbox.url}/sandbox/events`, { method: "POST", body: '{"name": "kustomer.message.create"}' });
  };
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await condition()); tries += 1) {
      if (tries === 100) throw new Error("no event arrived");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  test.each(["typescript", "stack-config"])(
    "is told what is missing, then has a relay that brings an event to Airkit: init --template %s",
    async (template) => {
      expect(await shell.type(`npx kustomer-relay init ${template} --template ${template}`)).toMatch(
        /^Written in .*Pulumi\.dev\.yaml.*\n\nNext:\n {2}cd .*\n {2}npm install\n {2}pulumi stack init dev\n {2}pulumi up/,
      );
      if (template === "typescript") await shell.type(`npx tsc --noEmit -p ${template}`);
      await shell.type(`cd ${template} && pulumi stack init dev`);
      const told = await shell.failureOf(`cd ${template} && pulumi preview --non-interactive`);
      expect(told).toMatch(
        template === "typescript"
          ? /7 problems must be fixed first; nothing was changed:[^]*channelResourceIds: must name at least one Resource/
          : /no relays are declared yet/,
      );
      // Word for word what the sandbox says.
      const [settings = "", program = "", declaration = ""] = sandbox.blocks;
      await shell.type(`cd ${template} && ${settings}`);
      const commands = template === "typescript" ? program : declaration;
      await shell.type(`cd ${template} && ${commands.replaceAll("\n", " && ")}`);
      await shell.type(`cd ${template} && pulumi up --yes --skip-preview --non-interactive`);
      const before = await arrived();
      await send();
      await until(async () => (await arrived()) > before);
      // Once is enough to see that the installed command finds the project.
      if (template === "stack-config")
        expect(await shell.type(`cd ${template} && npx kustomer-relay doctor`)).toMatch(/ 0 failed, /);
    },
  );
});

interface PackedSandbox {
  readonly url: string;
  /** The indented blocks of what it prints for a person: commands and lines to copy. */
  readonly blocks: string[];
  readonly stop: () => Promise<number | null>;
}

/** `kustomer-relay sandbox`, by the installed command. */
async function startPackedSandbox(cwd: string): Promise<PackedSandbox> {
  const command = path.join(cwd, "node_modules/.bin/kustomer-relay");
  const child = spawn(command, ["sandbox", "--port", "0"], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.includes("/sandbox/received")) resolve();
    });
    void ended.then((status) => {
      reject(new Error(`the sandbox ended with ${String(status)}: ${printed}`));
    });
  });
  const stop = (): Promise<number | null> => {
    child.kill("SIGTERM");
    return ended;
  };
  const blocks = printed.split("\n\n").filter((block) => block.startsWith("  "));
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
  return { url, blocks: blocks.map((block) => block.replaceAll(/^ {2}/gm, "").trimEnd()), stop };
}
