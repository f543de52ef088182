import { expect, test } from "@jest/globals";
import { receiverRoute } from "../../../providers/receiver/route";
import { ROUTE } from "../../../receiver/aws/relays";

const declared = { name: "support", mark: "m" };

test("a route is what the intake takes for one, and never the same twice", async () => {
  const made = await Promise.all(Array.from({ length: 50 }, () => receiverRoute.create(undefined, declared)));
  const paths = made.map(({ outputs }) => outputs.path);
  for (const path of paths) expect(path).toMatch(ROUTE);
  expect(new Set(paths).size).toBe(50);
});

test("a route outlives reading and renaming", async () => {
  const { id, outputs } = await receiverRoute.create(undefined, declared);
  expect(await receiverRoute.read(undefined, id, outputs)).toEqual(outputs);
  const renamed = { ...declared, name: "sales" };
  expect(await receiverRoute.update(undefined, id, outputs, renamed)).toEqual({ ...renamed, path: outputs.path });
});
