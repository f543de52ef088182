import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { rmSync } from "node:fs";
import path from "node:path";
import { ReceiverRoute, SigningSecretFile } from "../../index";
import { TestStack } from "./support/test-stack";

let stack: TestStack;
const program = (name: string) => () => {
  new SigningSecretFile("file", {
    path: path.join(stack.directory, "signing-secret"),
    signingSecret: pulumi.secret("a-signing-secret-4711"),
  });
  return Promise.resolve({ path: new ReceiverRoute("support", { name }).path });
};
const pathOf = async (): Promise<unknown> => (await stack.outputs()).path?.value;

beforeAll(async () => {
  stack = await TestStack.of(() => Promise.resolve());
  stack.program = program("support");
});

afterAll(() => {
  stack.remove();
});

test("a receiver's route is random, stays what it is, and is another one only once it is replaced; its signing secret's file shows no drift on another machine", async () => {
  await stack.up();
  const path = await pathOf();
  expect(path).toMatch(/^[0-9a-f]{32}$/);

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

  stack.program = program("renamed");
  await stack.up();
  expect(await pathOf()).toBe(path);

  await stack.up({ replace: [(await stack.resource("support")).urn] });
  expect(await pathOf()).toMatch(/^[0-9a-f]{32}$/);
  expect(await pathOf()).not.toBe(path);
  await stack.destroy();
});
