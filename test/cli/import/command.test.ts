import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { RELAY_ROLES } from "../../../index";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { temporaryFolder } from "../../receiver/support/temporary-folder";
import { environmentOf, runImport } from "./support";

const folder = temporaryFolder();
const GATE = "a-gate-token-4711";
const EVENTS = ["kustomer.message.create", "kustomer.conversation.update"];

interface ImportFile {
  resources: {
    type: string;
    name: string;
    id: string;
    inputs: Record<string, unknown>;
    outputs: Record<string, unknown>;
  }[];
}

describe("kustomer-relay import", () => {
  let sandbox: Sandbox;
  let secrets: string[];
  let ids: Record<"support" | "second" | "app" | "managed" | "twice" | "news", string>;
  const file = join(folder, "kustomer-relay-import.json");
  const run = (args: string[], env: Record<string, string> = {}) =>
    runImport(args, { cwd: folder, env: { ...environmentOf(sandbox), ...env } });
  const imported = (): ImportFile => JSON.parse(readFileSync(file, "utf8")) as ImportFile;

  beforeAll(async () => {
    sandbox = await startSandbox({ profile: { appOfWebhook: "named" }, webhookLimit: false });
    const hand = (name: string, more: object = {}) =>
      sandbox.createWebhook({ name, url: "https://example.com/hook?key=in-the-query", events: EVENTS, ...more }).id;
    const twice = [1, 2].map((value) => ({ name: "x-twice", value: String(value) }));
    ids = {
      support: hand("Support", {
        headers: [
          { name: "X-Gate", value: GATE },
          { name: "x-team", value: "sales" },
        ],
      }),
      second: hand("support", { enabled: false, isError: true }),
      app: hand("An app's", { createdByApp: true }),
      managed: hand("managed", { headers: [{ name: "x-relay-owner", value: "mark.3.gen" }] }),
      twice: hand("twice", { headers: twice }),
      news: hand("news", { events: ["kustomer.news.create"] }),
    };
    secrets = [GATE, sandbox.managementKey, ...sandbox.webhooks().map(({ token }) => token)];
    sandbox.createKey({ name: "airkit", roles: RELAY_ROLES });
  });
  afterAll(() => sandbox.close());
  afterEach(() => {
    rmSync(file, { force: true });
  });

  test("shows what there is, with a star at what --yes takes, and asks only", async () => {
    sandbox.clearRequests();
    const { status, stdout } = await run(["--list"]);
    expect(status).toBe(0);
    const rows = stdout.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "));
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          new RegExp(
            `^\\d \\| \\* \\| outbound webhook \\| Support \\| https://example.com/hook\\?… \\| ${ids.support}$`,
          ),
        ),
        expect.stringMatching(new RegExp(`\\| \\* \\| .* \\| ${ids.second} \\| disabled; failing$`)),
        expect.stringMatching(new RegExp(`^\\d \\| outbound webhook .* \\| ${ids.app} \\| an app's: `)),
        expect.stringMatching(
          new RegExp(`^\\d \\| outbound webhook .* \\| ${ids.managed} \\| managed by this package`),
        ),
        expect.stringMatching(/^\d \| API key \| airkit \| .*all roles of a relay \| .* \| cannot be read back/),
      ]),
    );
    expect(new Set(sandbox.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(stdout).not.toContain("in-the-query");
  });

  test("writes the file that only its owner can read, and prints code and next steps without a secret", async () => {
    const { status, stdout, stderr } = await run(["--yes", "--plain-header", "X-Team"]);
    expect(status).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { resources } = imported();
    expect(resources.map(({ name, id }) => [name, id])).toEqual([
      ["support", ids.support],
      ["news", ids.news],
      ["support-2", ids.second],
    ]);
    const [support] = resources;
    const { token } = sandbox.webhooks().find(({ id }) => id === ids.support) ?? {};
    const marked = (value: unknown) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(value),
    });
    expect(support?.outputs).toMatchObject({ signingSecret: marked(token), headers: { "X-Gate": marked(GATE) } });
    expect(support?.inputs).toMatchObject({ headers: { "X-Gate": marked(GATE) } });
    // That its errors are to be gone goes without saying.
    expect(support?.inputs).not.toHaveProperty("isError");
    expect(support?.inputs).not.toHaveProperty("signingSecret");
    expect(stdout).toContain(`"X-Gate": config.requireSecret("supportXGate"), "x-team": "sales"`);
    expect(stdout).toContain("enabled: false");
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
    expect(stderr).toContain("pulumi config set --secret supportXGate");
    expect(stderr).toContain(`rm kustomer-relay-import.json`);
    expect(stderr).toContain(`(${ids.second}) is failing`);
  });

  test("says nothing of a URL's query, and takes an object by its id", async () => {
    const { stdout, stderr } = await run(["--pick", ids.support]);
    expect(stdout).toContain(`url: config.requireSecret("supportUrl")`);
    expect(stdout + stderr).not.toContain("in-the-query");
    expect(imported().resources.map(({ id }) => id)).toEqual([ids.support]);
    expect(imported().resources[0]?.outputs.url).toMatchObject({ plaintext: expect.stringContaining("in-the-query") });
  });

  test("names the flag for headers whose values are no secret, and warns of one that is too short to mask", async () => {
    const { stderr } = await run(["--pick", ids.support]);
    expect(stderr).toContain("name those that are not: --plain-header x-gate --plain-header x-team");
    expect(stderr).toMatch(/a secret as short as this is masked in every output.* say --plain-header x-team\n/);
    rmSync(file);
    const plain = await run(["--pick", ids.support, "--plain-header", "X-Team"]);
    expect(plain.stderr).not.toMatch(/as short as/);
    // In the state it is no secret either, or it would go on being masked.
    expect(imported().resources[0]?.outputs.headers).toMatchObject({ "x-team": "sales" });
  });

  test("protects what it imports where that is asked for, in the command and in the program", async () => {
    const { stdout, stderr } = await run(["--pick", ids.support, "--protect"]);
    expect(stdout).toMatch(/\n}, \{ protect: true \}\);$/m);
    expect(stderr).toContain("--protect=true --generate-code=false");
    expect(stderr).not.toContain("Import with --protect");
    rmSync(file);
    expect((await run(["--pick", ids.support])).stderr).toMatch(/pulumi destroy.*deletes it\. Import with --protect/);
  });

  test("takes what is managed already only by its number, with the rotation and the mark that it has", async () => {
    const number = await numberOf(ids.managed);
    const { stdout, stderr } = await run(["--pick", number]);
    expect(imported().resources[0]?.outputs).toMatchObject({ mark: "mark", rotation: 3, generation: "" });
    expect(stdout).toContain("rotation: 3");
    expect(stderr).toContain("If another stack still manages it");
  });

  test("leaves out, with the reason, what could not be declared as it is", async () => {
    const { stdout, stderr } = await run(["--pick", await numberOf(ids.twice)]);
    expect(stderr).toMatch(/"twice" \(.*\) is left out: headers: one is sent twice/);
    expect(stdout.trim()).toBe("");
    expect(existsSync(file)).toBe(false);
  });

  test("takes a webhook with an event that this version does not know: Kustomer has it", async () => {
    const { stdout } = await run(["--pick", await numberOf(ids.news)]);
    expect(stdout).toContain("kustomer.news.create");
    expect(imported().resources).toHaveLength(1);
  });

  test("imports a key whose token is given, and tells how another one is adopted", async () => {
    const { id, token } = sandbox.createKey({ name: "Airkit's", roles: ["org.permission", "org.extra"] });
    secrets.push(token);
    const { stdout, stderr } = await run(["--pick", await numberOf(id), "--token-env", "T"], { T: token });
    expect(imported().resources).toMatchObject([{ type: "pulumi-nodejs:kustomer:ApiKey", id }]);
    expect(stdout).toContain(`new KustomerApiKey("airkit-s-key", { token: config.requireSecret("airkitSKeyToken") })`);
    expect(stdout + stderr).not.toContain(token);
    sandbox.revokeKey(id);
  });

  test("says as JSON what it did, without a secret", async () => {
    const { stdout } = await run(["--yes", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      resources: [{ id: ids.support }, { id: ids.news }, { id: ids.second }],
      secrets: [
        { path: "supportUrl", known: true },
        { path: "supportXGate", known: true },
        { path: "supportXTeam", known: true },
        { path: "newsUrl", known: true },
        { path: "support2Url", known: true },
      ],
      imported: false,
    });
    for (const secret of secrets) expect(stdout).not.toContain(secret);
  });

  test("declares relays as lines of stack config, whose secrets are commands; a URL with a query is one", async () => {
    const { stdout, stderr } = await run(["--pick", await numberOf(ids.support), "--format", "yaml"]);
    expect(stdout).toBe(`config:
  kustomer-relay:relays:
    - name: support
      kustomer:
        webhook:
          name: Support
`);
    expect(stderr).toContain("--path 'kustomer-relay:relays[0].destination'");
    expect(stderr).toContain("--path 'kustomer-relay:relays[0].kustomer.apiKey.token'");
    expect(stderr).toContain("nothing but API keys to create, which adopts them");
    expect(stderr).toContain("--path 'kustomer-relay:relays[0].kustomer.webhook.headers.X-Gate'");
  });

  test.each([
    [[], /^Say what to import: --yes, or --pick/, 2],
    [["--yes", "--pick", "1"], /^Give only one of --yes and --pick/, 2],
    [["--pick", "99"], /^99 is neither a number nor an id of the table/, 2],
    [
      ["--yes", "--as", "things"],
      /^Option '--as <what>' argument 'things' is invalid\. Allowed choices are resources, relays\./,
      2,
    ],
    [["--yes", "--format", "yaml", "--protect"], /^Stack config cannot say that a relay is protected/, 2],
    [["--lst"], /^Unknown option '--lst'\.\n\(Did you mean --list\?\)/, 2],
    [["--yes", "--as", "relays", "--hub-id", "x"], /^--hub-id x: must be the UUID/, 2],
    [["--yes", "--token-env", "NOT_THERE"], /^--token-env NOT_THERE: there is no such variable/, 2],
    [["--yes", "--token-file", "not-there"], /^--token-file not-there: ENOENT/, 2],
    [["--yes", "--org", "a.b"], /kustomer:org must be the organisation's name alone/, 1],
    [["--yes", "--airkit", "robot"], /airkit:driver must be operator or console/, 1],
    [["--yes", "--airkit", "console"], /no address of an Airkit console API is set/, 1],
  ])("%j ends with one clear line", async (args, line, status) => {
    const ran = await run(args);
    expect(ran).toMatchObject({ status, stdout: "", stderr: expect.stringMatching(line) });
    expect(
      ran.stderr
        .replace(/^See kustomer-relay.* --help\.$|^\(Did you mean.*$/gm, "")
        .trim()
        .split("\n"),
    ).toHaveLength(1);
  });

  test("says what Kustomer answered, and does not write over a file", async () => {
    const refused = await run(["--yes"], { KUSTOMER_API_KEY: "not-the-key" });
    expect(refused.stderr).toMatch(
      /^read the management key: Kustomer answered 401.*the management key \(kustomer:apiKey\) is not accepted/,
    );
    writeFileSync(file, "somebody's");
    expect((await run(["--yes"])).stderr).toMatch(/the file exists already/);
    expect(readFileSync(file, "utf8")).toBe("somebody's");
  });

  async function numberOf(id: string): Promise<string> {
    const { stdout } = await run(["--list", "--json"]);
    const { found } = JSON.parse(stdout) as { found: { id: string }[] };
    return String(found.findIndex((one) => one.id === id) + 1);
  }
});

describe("kustomer-relay import --run", () => {
  let sandbox: Sandbox;
  const bin = join(folder, "bin");
  const log = join(folder, "log");

  /** Stands in for the Pulumi CLI: notes what it was called with, and the file that was there meanwhile. */
  const pulumi = (whenImporting: string): void => {
    writeFileSync(
      join(bin, "pulumi"),
      `#!/bin/sh
printf '%s\\n' "$*" >> '${log}'
case "$*" in
  *" set "*) cat > '${log}.value' ;;
  config*) echo '{}' ;;
  import*) cp -p "$3" '${log}.file'; echo "importing" >&2; ${whenImporting} ;;
esac
`,
    );
    chmodSync(join(bin, "pulumi"), 0o755);
  };
  const run = (signalAfter?: { said: string; signal: NodeJS.Signals }) =>
    runImport(["--yes", "--run", "--stack", "dev"], {
      cwd: folder,
      env: { ...environmentOf(sandbox), PATH: `${bin}:/usr/bin:/bin` },
      ...(signalAfter && { signalAfter }),
    });
  const calls = (): string[] => readFileSync(log, "utf8").trim().split("\n");
  const fileThatWas = (): string => calls().at(-1)?.split(" ")[2] ?? "";

  beforeAll(async () => {
    sandbox = await startSandbox();
    sandbox.createWebhook({
      name: "support",
      url: "https://example.com/hook",
      events: EVENTS,
      headers: [{ name: "x-gate", value: GATE }],
    });
    mkdirSync(bin);
  });
  afterAll(() => sandbox.close());
  beforeEach(() => {
    rmSync(log, { force: true });
  });

  test("sets the secrets through a pipe, imports from a file of this user alone, and removes it", async () => {
    pulumi("exit 0");
    expect(await run()).toMatchObject({ status: 0 });
    expect(calls()).toEqual([
      "config --json --show-secrets --non-interactive --color never --stack dev",
      "config set --secret --path supportXGate --non-interactive --color never --stack dev",
      expect.stringMatching(
        /^import --file .* --protect=false --generate-code=false .*--yes --non-interactive --stack dev$/,
      ),
    ]);
    expect(readFileSync(`${log}.value`, "utf8")).toBe(GATE);
    expect(statSync(`${log}.file`).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${log}.file`, "utf8")).toContain(sandbox.webhooks()[0]?.token);
    expect(existsSync(fileThatWas())).toBe(false);
  });

  test("--list reads the settings of the selected stack in the folder of a project, without a flag", async () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: relays\nruntime: nodejs\n");
    const config = { "kustomer:baseUrl": { value: sandbox.url }, "kustomer:apiKey": { value: sandbox.managementKey } };
    writeFileSync(join(bin, "pulumi"), `#!/bin/sh\ncase "$*" in config*) echo '${JSON.stringify(config)}' ;; esac\n`);
    const ran = await runImport(["--list"], { cwd: folder, env: { PATH: `${bin}:/usr/bin:/bin` } });
    expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining(" support ") });
    rmSync(join(folder, "Pulumi.yaml"));
  });

  test("in a project of another language it prints Pulumi's own commands, with the settings as they stand there", async () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: relays\nruntime: python\n");
    const nested = JSON.stringify({ baseUrl: sandbox.url, apiKey: sandbox.managementKey });
    const config = JSON.stringify({ "kustomer-relay:kustomer": { value: nested, secret: true } });
    writeFileSync(join(bin, "pulumi"), `#!/bin/sh\ncase "$*" in config*) echo '${config}' ;; esac\n`);
    const asked = { cwd: folder, env: { PATH: `${bin}:/usr/bin:/bin` } };
    const ran = await runImport(["--pick", "all", "--stack", "it's"], asked);
    const hooks = sandbox.webhooks().map(({ id }) => expect.stringContaining(` ${id}`));
    expect(ran.stdout.trim().split("\n").sort()).toEqual(hooks);
    for (const line of ran.stdout.trim().split("\n"))
      expect(line).toMatch(
        /^pulumi import --stack 'it'\\''s' kustomer-relay:index:KustomerOutboundWebhook [\w-]+ \w+$/,
      );
    expect(ran.stderr).toContain("prints the code that declares what it took over");
    expect(existsSync(join(folder, "kustomer-relay-import.json"))).toBe(false);
    const refused = await runImport(["--yes", "--run", "--as", "relays"], asked);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("--run, --as: for a program in Type") });
    rmSync(join(folder, "Pulumi.yaml"));
  });

  test("removes the file also when the import fails, and ends with the reason", async () => {
    pulumi("echo 'error: no' >&2; exit 3");
    expect(await run()).toMatchObject({ status: 1, stderr: expect.stringContaining("pulumi import failed") });
    expect(existsSync(fileThatWas())).toBe(false);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "removes the file also when a %s interrupts it",
    async (signal) => {
      pulumi("trap 'exit 130' TERM INT HUP; while :; do sleep 0.1; done");
      const ran = await run({ said: "importing", signal });
      expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining("interrupted") });
      expect(existsSync(`${log}.file`)).toBe(true);
      expect(existsSync(fileThatWas())).toBe(false);
    },
  );

  test("says what is missing where there is no Pulumi", async () => {
    rmSync(join(bin, "pulumi"));
    const env = { ...environmentOf(sandbox), PATH: bin };
    const ran = await runImport(["--yes", "--run"], { cwd: folder, env });
    expect(ran).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/there is no pulumi on the PATH; install the Pulumi CLI/),
    });
  });
});
