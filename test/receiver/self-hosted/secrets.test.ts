import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { SecretKeeper } from "../../../receiver/self-hosted/secrets";
import { until } from "../support/destination";
import { temporaryFolder } from "../support/temporary-folder";

const file = join(temporaryFolder(), "secrets");
const keeper = new SecretKeeper([{ file }]);
afterEach(() => {
  keeper.close();
});

test("a secret that is written between the first reading and the first look is found all the same", async () => {
  const active = (): string[] => keeper.current().map(({ key }) => key.export().toString());
  writeFileSync(file, "former\n");
  await keeper.reload();
  expect(active()).toEqual(["former"]);
  writeFileSync(file, "newer\nformer\n");
  keeper.watch();
  await until(() => active().length === 2, "the newer secret");
  expect(active()).toEqual(["newer", "former"]);
});
