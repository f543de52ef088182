import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ReceiverRoute } from "../../index";
import { TestStack } from "./support/test-stack";

let stack: TestStack;
const program = (name: string) => () => Promise.resolve({ path: new ReceiverRoute("support", { name }).path });
const pathOf = async (): Promise<unknown> => (await stack.outputs()).path?.value;

beforeAll(async () => {
  stack = await TestStack.of(program("support"));
});

afterAll(() => {
  stack.remove();
});

test("a receiver's route is random, stays what it is, and is another one only once it is replaced", async () => {
  await stack.up();
  const path = await pathOf();
  expect(path).toMatch(/^[0-9a-f]{32}$/);

  await stack.preview({ expectNoChanges: true });
  expect((await stack.refresh()).steps).toEqual([]);
  stack.program = program("renamed");
  await stack.up();
  expect(await pathOf()).toBe(path);

  await stack.up({ replace: [(await stack.resource("support")).urn] });
  expect(await pathOf()).toMatch(/^[0-9a-f]{32}$/);
  expect(await pathOf()).not.toBe(path);
  await stack.destroy();
});
