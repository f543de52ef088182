import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { bundleFunction } from "../../../toolbox/bundle/function";
import { signedEvent } from "../../../lab/chaos/event";
import { testDestination } from "../support/destination";
import { temporaryFolder } from "../support/temporary-folder";
import { lastLine, runNode } from "./support/run-node";
import { batchOf, hosted, SECRET, urlEvent } from "./support/hosted";

const folder = temporaryFolder();
const ROOT = join(__dirname, "../../..");
const BUILT = join(ROOT, "dist/receiver/aws/functions");
const LIMIT_BYTES = 100 * 1024;

describe.each(["intake", "delivery", "silence"])("the bundle of %s", (name) => {
  const built = join(BUILT, name);

  test("has the same bytes whenever and wherever it is built, so that `pulumi up` sees no change", async () => {
    const again = mkdtempSync(join(folder, "again-"));
    await bundleFunction(join(ROOT, "receiver/aws/functions", `${name}.ts`), again);
    const files = ["LICENSE.txt", "index.js", "index.js.map"];
    expect(readdirSync(built).sort()).toEqual(files);
    for (const file of files)
      expect(readFileSync(join(again, file)).equals(readFileSync(join(built, file)))).toBe(true);
  });

  test("is small, holds nothing of Pulumi or of the self-hosted receiver, and names no folder of the machine", () => {
    const code = readFileSync(join(built, "index.js"), "utf8");
    const map = JSON.parse(readFileSync(join(built, "index.js.map"), "utf8")) as { sources: string[] };
    expect(code.length).toBeLessThan(LIMIT_BYTES);
    const foreign = map.sources.filter((source) => !/^(late:|receiver\/|node_modules\/aws4\/)/.test(source));
    expect(foreign).toEqual([]);
    expect(map.sources.filter((source) => source.includes("local/"))).toEqual([]);
    expect(code).not.toMatch(/pulumi|pino|zod|undici/i);
    expect(code + JSON.stringify(map)).not.toContain(ROOT);
  });

  test("carries the licences of all that is in it", () => {
    const licence = readFileSync(join(built, "LICENSE.txt"), "utf8");
    expect(licence).toMatch(/^pulumi-kustomer-relay\n/);
    expect(licence).toMatch(/^aws4 1\.\d+\.\d+\n/m);
    expect(licence).toContain("Apache License");
  });
});

test("the bundles, alone in a folder, take an event and deliver it", async () => {
  const destination = await testDestination();
  const receiver = await hosted(destination.url);
  const event = signedEvent(1, 1, SECRET);
  const stored = await inBundle("intake", receiver.environment, urlEvent(receiver.route, event));
  expect(stored).toMatchObject({ statusCode: 200 });
  const messages = receiver.aws.queue.receive(10, 60_000);
  const delivered = await inBundle("delivery", receiver.environment, batchOf(messages));
  expect(delivered).toEqual({ batchItemFailures: [] });
  expect(destination.arrivals[0]?.body.equals(event.body)).toBe(true);
});

test("a bundle that lacks its environment says at its start what is missing", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(BUILT, "intake/index.js")], {
    encoding: "utf8",
    env: {},
  });
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/AWS_REGION is not set; .*RELAY_QUEUE_URL is not set/);
});

const CALL = `
  const { handler } = require("./index.js");
  handler(JSON.parse(process.argv[1]), { getRemainingTimeInMillis: () => 60000 }).then((result) => {
    process.stdout.write(JSON.stringify(result) + "\\n", () => process.exit(0));
  });`;

/** As Lambda does: nothing is there but the bundle. */
async function inBundle(name: string, environment: Record<string, string>, event: object): Promise<unknown> {
  const alone = mkdtempSync(join(folder, `${name}-`));
  cpSync(join(BUILT, name, "index.js"), join(alone, "index.js"));
  const env = { ...environment, AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" };
  return lastLine(await runNode(["-e", CALL, JSON.stringify(event)], { cwd: alone, env }));
}
