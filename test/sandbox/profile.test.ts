import { expect, test } from "@jest/globals";
import { chooseProfile, contrary, documented, type Profile } from "../../sandbox";

test("the two presets differ in every choice", () => {
  const same = (Object.keys(documented) as (keyof Profile)[]).filter(
    (choice) => documented[choice] === contrary[choice],
  );
  expect(same).toEqual([]);
  expect(Object.keys(contrary).sort()).toEqual(Object.keys(documented).sort());
});

test("a partial profile overrides the documented preset", () => {
  expect(chooseProfile({ createStatus: 201 })).toEqual({ ...documented, createStatus: 201 });
});
