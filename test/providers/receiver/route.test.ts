import { expect, test } from "@jest/globals";
import { receiverRoute } from "../../../providers/receiver/route";
import { isSealedRoute } from "../../../receiver/route-seal";

const declared = { name: "support", mark: "m" };

test("a route is never the same twice, and one with a seal is known to who has the key", async () => {
  const sealed = { ...declared, sealKey: "a-key" };
  for (const inputs of [declared, sealed]) {
    const made = await Promise.all(Array.from({ length: 50 }, () => receiverRoute.create(undefined, inputs)));
    const paths = made.map(({ outputs }) => outputs.path);
    for (const path of paths) {
      expect(path).toMatch(/^[0-9a-f]+$/);
      expect(isSealedRoute(path, "a-key")).toBe(inputs === sealed);
    }
    expect(new Set(paths).size).toBe(50);
  }
});

test("a route outlives reading and renaming", async () => {
  const { id, outputs } = await receiverRoute.create(undefined, declared);
  expect(await receiverRoute.read(undefined, id, outputs)).toEqual(outputs);
  const renamed = { ...declared, name: "sales" };
  expect(await receiverRoute.update(undefined, id, outputs, renamed)).toEqual({ ...renamed, path: outputs.path });
});
