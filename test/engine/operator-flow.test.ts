import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { RELAY_ROLES } from "../../index";
import { type Sandbox, startSandbox } from "../../sandbox";
import { CommandLine } from "./support/command-line";
import { Operator } from "./support/console-forms";

interface Outputs {
  status: string;
  operatorSteps: string;
}

describe("the ready-made stack and an operator who does only what is printed", () => {
  let sandbox: Sandbox;
  let shell: CommandLine;
  let operator: Operator;
  let token: string;

  /** The commands in a text that set something, placeholders included. */
  const commandsIn = (text: string): string[] => text.match(/pulumi config set [^`\n]+/g) ?? [];
  /** What is asked for, each item with the lines that belong to it. */
  const itemsIn = (text: string): string[] => {
    const list = text.slice(text.lastIndexOf("must be fixed first"), text.lastIndexOf("\nResources:"));
    return list.split(/\n *- /).slice(1);
  };
  const outputs = async (): Promise<Outputs> =>
    (JSON.parse(await shell.type("pulumi stack output --json")) as { support: Outputs }).support;
  const doSteps = async (steps: string): Promise<void> => {
    for (const step of steps.split("\n\n")) {
      await operator.follow(step);
      const [, done = ""] = /When done: (.*)/.exec(step) ?? [];
      await shell.type(done.replace("pulumi up", "pulumi up --yes --skip-preview"));
    }
  };

  beforeAll(async () => {
    sandbox = await startSandbox();
    shell = await CommandLine.open();
    const root = path.resolve(__dirname, "../..");
    const project = readFileSync(path.join(root, "Pulumi.yaml"), "utf8");
    const program = path.join(root, "dist/stack/program.js");
    writeFileSync(path.join(shell.directory, "Pulumi.yaml"), project.replace(/^main: .*$/m, `main: ${program}`));
    const account = sandbox.createAirkitObject("accounts", { name: "Web Chat", integration: "Kustomer", apiKey: "-" });
    const webChat = sandbox.createAirkitObject("resources", {
      name: "Web Chat",
      capabilities: ["MESSAGING_SEND_TEXT"],
      datasourceId: account.id,
    });
    operator = new Operator(sandbox, shell, webChat.id);
    await shell.type("pulumi stack init dev");
  });

  afterAll(async () => {
    await sandbox.close();
    shell.remove();
  });

  test("are told by an empty config how to begin", async () => {
    const commands = commandsIn(await shell.failureOf("pulumi preview"));
    const begin = commands.slice(-2);
    expect(begin.map((command) => command.split("relays")[1])).toEqual([
      "[0].name' support",
      "[0].airkit.apiHostname' api.airkit.com",
    ]);
    // This person's Airkit is a sandbox.
    for (const command of begin) await shell.type(command.replace("api.airkit.com", sandbox.url));
    // Whether the webhook stays on is another test's.
    await shell.type("pulumi config set --path 'kustomer-relay:relays[0].kustomer.webhook.watchSeconds' 0");
  });

  test("are then told all that is missing, and what each is to look like", async () => {
    const items = itemsIn(await shell.failureOf("pulumi preview"));
    expect(items).toHaveLength(6);
    for (const item of items) {
      const [command = ""] = commandsIn(item);
      if (command.includes("kustomer:org")) {
        expect(item).toContain("(or kustomer:baseUrl)");
        await shell.type(command.replace("kustomer:org <value>", `kustomer:baseUrl ${sandbox.url}`));
      } else if (command.includes("kustomer:apiKey")) await shell.type(command, sandbox.managementKey);
      else if (command.includes("apiKey.token")) {
        expect(item).toContain(RELAY_ROLES.join(", "));
        const [, name = ""] = /name "([^"]+)"/.exec(item) ?? [];
        ({ token } = sandbox.createKey({ name, roles: RELAY_ROLES }));
        await shell.type(command, token);
      } else await shell.type(command.replace("<UUID>", await operator.follow(item)));
    }
    expect(sandbox.airkitObjects("accounts").at(-1)).toMatchObject({ name: "support-account", apiKey: token });
    expect(sandbox.airkitObjects("hubs")).toMatchObject([{ name: "support-hub", agentTimeoutSeconds: 900 }]);
    expect(sandbox.webhooks()).toEqual([]);
  });

  test("are left by up with one step, after which nothing is left and the relay is active", async () => {
    const printed = await shell.type("pulumi up --yes --skip-preview");
    const { status, operatorSteps } = await outputs();
    expect(status).toBe("pending");
    for (const line of operatorSteps.split("\n")) expect(printed).toContain(line);
    await doSteps(operatorSteps);
    expect(await outputs()).toMatchObject({ status: "active", operatorSteps: "nothing left to do" });
  });

  test("have made a relay that works", async () => {
    const event = await sandbox.send("kustomer.message.create");
    expect(sandbox.received().find(({ eventId }) => eventId === event)).toMatchObject({ verified: true, status: 200 });
    await shell.type("pulumi preview --expect-no-changes");
  });

  test("are warned by the preview of a rotation, while there is a choice, that Airkit refuses events until the step is done", async () => {
    await shell.type("pulumi config set --path 'kustomer-relay:relays[0].rotation' 1");
    expect(await shell.type("pulumi preview")).toMatch(
      /relay "support": its webhook gets a new signing secret\. From `pulumi up` until [^]*Two ways out: put a receiver in between/,
    );
    await shell.type("pulumi config rm --path 'kustomer-relay:relays[0].rotation'");
  });

  test("are told just the field when the file declares another value, until that is recorded too", async () => {
    await shell.type(`pulumi config set --path 'kustomer-relay:relays[0].airkit.routingFlow.name' 'Support EU'`);
    await shell.type("pulumi up --yes --skip-preview");
    const { status, operatorSteps } = await outputs();
    expect(status).toBe("pending");
    expect(operatorSteps.split("\n")).toEqual([
      'Change the Routing Flow "support-routing-flow": Console > Conversations > Routing Flows > support-routing-flow',
      "  Name: Support EU",
      expect.stringMatching(
        /^ {2}When done: pulumi config set --path 'airkit:applied\.support-routing-flow' r[0-9a-f]+ && pulumi up$/,
      ),
    ]);
    await doSteps(operatorSteps);
    expect(sandbox.airkitObjects("routing-flows")).toMatchObject([{ name: "Support EU" }]);
    expect(await outputs()).toMatchObject({ status: "active", operatorSteps: "nothing left to do" });
  });

  test("are told by destroy what to remove by hand, and no secret was ever written in clear", async () => {
    const [signingSecret] = sandbox.webhooks().map((webhook) => webhook.token);
    const printed = await shell.type("pulumi destroy --yes --skip-preview");
    for (const page of [
      "Integrations > Connected Accounts > support-account",
      "Resources > All Resources > support-resource",
      "Conversations > Routing Flows > Support EU",
    ])
      expect(printed).toContain(`Delete it by hand: Console > ${page}`);
    // It was given by its id alone, so it is somebody else's.
    expect(printed).not.toContain("Hubs > support-hub");
    const [command = ""] = /pulumi config rm [^\n]+/.exec(printed) ?? [];
    await shell.type(command);
    expect(await shell.type("pulumi config")).not.toContain("airkit:applied.support");
    expect(sandbox.webhooks()).toEqual([]);
    const everything = shell.everything();
    expect(everything).toContain("support-routing-flow");
    for (const secret of [token, signingSecret, sandbox.managementKey])
      expect(everything).not.toContain(secret ?? "no secret");
  });
});
