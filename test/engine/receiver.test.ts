import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ReceiverControlsFile, ReceiverRoute, SigningSecretFile } from "../../index";
import { TestStack } from "./support/test-stack";

let stack: TestStack;
const controlsFile = (): string => path.join(stack.directory, "controls.json");
const program = (name: string, paused: boolean) => () => {
  const filter = [{ name: "own-words", not: { path: "data.attributes.direction", equals: "out" } }];
  new ReceiverControlsFile("controls", { path: controlsFile(), paused, filter });
  new SigningSecretFile("file", {
    path: path.join(stack.directory, "signing-secret"),
    signingSecret: pulumi.secret("a-signing-secret-4711"),
  });
  return Promise.resolve({ path: new ReceiverRoute("support", { name }).path });
};
const controls = (): unknown => JSON.parse(readFileSync(controlsFile(), "utf8"));
const pathOf = async (): Promise<unknown> => (await stack.outputs()).path?.value;

beforeAll(async () => {
  stack = await TestStack.of(() => Promise.resolve());
  stack.program = program("support", true);
});

afterAll(() => {
  stack.remove();
});

test("a receiver's route is random, stays what it is, and is another one only once it is replaced; its signing secret's file shows no drift on another machine, and its controls file says what is declared", async () => {
  await stack.up();
  const path = await pathOf();
  expect(path).toMatch(/^[0-9a-f]{32}$/);
  expect(controls()).toMatchObject({ paused: true, filter: [{ name: "own-words" }] });

  // The state of a laptop, looked at in CI.
  const { resources = [], ...deployment } = await stack.deployment();
  const file = resources.find(({ urn }) => urn.endsWith("::file"));
  if (file === undefined) throw new Error("no resource file in the state");
  rmSync(String(file.outputs.path));
  file.outputs.host = "a-laptop";
  await stack.load({ ...deployment, resources });
  const { steps, output } = await stack.refresh();
  expect(steps).toEqual([]);
  expect(output).toContain("was written on a-laptop, so it is not looked at on this machine");
  await stack.preview({ expectNoChanges: true });

  stack.program = program("renamed", false);
  await stack.up();
  expect(controls()).toMatchObject({ paused: false });
  expect(await pathOf()).toBe(path);

  await stack.up({ replace: [(await stack.resource("support")).urn] });
  expect(await pathOf()).toMatch(/^[0-9a-f]{32}$/);
  expect(await pathOf()).not.toBe(path);
  await stack.destroy();
  expect(existsSync(controlsFile())).toBe(false);
});
