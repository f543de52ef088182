import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { COMMAND } from "../receiver/support/command";
import { CommandLine } from "./support/command-line";

/** Where there is no project, no stack or no passphrase: in the words of the real CLI, which are put into ours. */

let shell: CommandLine;

beforeEach(async () => {
  shell = await CommandLine.open({ KUSTOMER_ORG: "", KUSTOMER_API_KEY: "" });
});
afterEach(() => {
  shell.remove();
});

const said = async (command: string): Promise<{ code: number | null; text: string }> => {
  const { code, text } = await shell.run(`node ${COMMAND} ${command}`);
  return { code, text: text.replaceAll(/\s+/g, " ") };
};

test("a command in a folder without a project says so, and how to begin one; with --json it says it in JSON", async () => {
  const noProject = /there is no Pulumi project in \S+, nor in a folder above.*npx kustomer-relay init/;
  const commands = ["setup", "doctor", "import --list", "status --stack dev", "console --no-open"];
  const all = await Promise.all(commands.map(said));
  for (const { code, text } of all) expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(noProject) });

  const { code, text } = await said("import --list --json 2>/dev/null");
  expect(code).toBe(1);
  expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(noProject) });
});

test("a command for a receiver says how to name one: of its own machine, or on AWS", async () => {
  const { code, text } = await said("status");
  expect({ code, text }).toEqual({
    code: 1,
    text: expect.stringMatching(/no receiver\.yaml.*--stack.*--store.*--config/),
  });
  expect((await said("prune")).text).toMatch(/no receiver\.yaml in this folder.*--store.*--config/);
  expect((await said("receive")).text).toMatch(/no receiver\.yaml in this folder.*--config.*--destination/);
});

test("a command in a project says which stack is missing, and that its passphrase is missing or wrong", async () => {
  await shell.type("printf 'name: empty\\nruntime: nodejs\\n' > Pulumi.yaml");
  expect((await said("setup")).text).toMatch(/no stack is selected; pulumi stack select/);
  expect((await said("setup --stack prod")).text).toMatch(/there is no stack prod; pulumi stack ls/);
  await shell.type("pulumi stack init dev && echo kept | pulumi config set --secret one");
  const [without, wrong] = await Promise.all([
    shell.run(`unset PULUMI_CONFIG_PASSPHRASE; node ${COMMAND} setup`),
    shell.run(`PULUMI_CONFIG_PASSPHRASE=another node ${COMMAND} doctor`),
  ]);
  expect(without).toEqual({
    code: 1,
    text: expect.stringMatching(/passphrase, and none is given; set PULUMI_CONFIG_PASSPHRASE/),
  });
  expect(wrong.code).toBe(1);
  expect(wrong.text).toMatch(/the passphrase is not the one of this stack\n.*→ correct PULUMI_CONFIG_PASSPHRASE/);
  const { code, text } = await shell.run(`node ${COMMAND} import --list --json 2>/dev/null`);
  expect({ code, error: (JSON.parse(text) as { error: string }).error }).toEqual({
    code: 1,
    error: expect.stringMatching(/no Kustomer organisation is set(?!.*no Pulumi project)/),
  });
});
