import { describe, expect, test } from "@jest/globals";
import { UsageError } from "../../../cli/command";
import { selection } from "../../../cli/import/selection";

const IDS = ["id-0", "id-1", "id-2", "id-3", "id-4"];

describe("a choice from the table", () => {
  test.each([
    ["1", [0]],
    ["1-3,5", [0, 1, 2, 4]],
    [" 5 , 2-3 ", [1, 2, 4]],
    ["2-4 3", [1, 2, 3]],
    ["all", [0, 1, 2, 3, 4]],
    ["", [1, 4]],
    ["id-3", [3]],
    ["1, id-4", [0, 4]],
  ])("%p takes the places %p", (text, places) => {
    expect(selection(text, IDS, [1, 4])).toEqual(places);
  });

  test.each(["0", "6", "4-2", "1-", "x", "1;2", "-1", "1-9999999"])("%p is refused with what may be said", (text) => {
    expect(() => selection(text, IDS, [])).toThrow(UsageError);
    expect(() => selection(text, IDS, [])).toThrow("numbers from 1 to 5");
  });
});
