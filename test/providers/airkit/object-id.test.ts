import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as z from "zod";
import { uuid } from "../../../providers/airkit/object-id";
import { objectId } from "../../../providers/airkit/object-id";

const ID = "5f2c0000-0000-4000-8000-000000000002";
const ORGANISATION = "0b0e0000-0000-4000-8000-000000000001";

describe("an object of Airkit's console is named by", () => {
  test.each([
    ["its UUID", ID],
    ["its UUID in upper case, with blanks around it", `  ${ID.toUpperCase()}\n`],
    ["the address of its page", `https://app.airkit.com/console/resources/${ID}`],
    ["the address of its page, with what comes after it", `https://app.airkit.com/r/${ID}/edit?back=${ORGANISATION}`],
    ["an address that names its organisation first", `https://app.airkit.com/o/${ORGANISATION}/r/${ID}`],
    ["an address whose page is behind the number sign", `https://app.airkit.com/#/resources/${ID}`],
  ])("%s", (_, given) => {
    expect(uuid.parse(given)).toBe(ID);
  });

  test.each([
    ["a name", "support", /the whole address of its page/],
    ["an address without a UUID", "https://app.airkit.com/console/resources", /the whole address of its page/],
    ["a UUID among other words", `the id ${ID}`, /must be the UUID/],
    ["nothing", undefined, /is required: the UUID/],
    ["a number", 7, /must be text/],
  ])("not by %s", (_, given, words) => {
    const [issue] = uuid.safeParse(given).error?.issues ?? [];
    expect(issue?.message).toMatch(words);
  });

  test("and whatever is taken out of a text is a UUID, or the text itself", () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string()), (text) => {
        expect(objectId(text)).toBe(text.trim().toLowerCase());
      }),
    );
    fc.assert(
      fc.property(fc.webUrl(), fc.uuid(), (address, id) => {
        expect(objectId(`${address.replace(/[?#].*/, "")}/${id.toUpperCase()}/edit`)).toBe(id);
      }),
    );
  });
});

test("the schema of an id can be told in JSON, for other languages", () => {
  expect(z.toJSONSchema(uuid, { io: "input" })).toMatchObject({ type: "string" });
});
