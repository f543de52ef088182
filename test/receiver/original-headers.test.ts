import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { originalHeaders } from "../../receiver/original-headers";
import { claim, lettersOf, testInbox } from "./support/inbox";
import { temporaryFolder } from "./support/temporary-folder";

const folder = temporaryFolder();
const FIXTURES = join(__dirname, "self-hosted/fixtures");
const SIGNATURE = "ab".repeat(32);

test("of a signature so much is shown that two can be told apart, and nobody can send the event again with it", () => {
  const headers = originalHeaders({ contentType: "application/json", eventHeader: "a.b", signature: SIGNATURE });
  expect(headers).toEqual({
    "content-type": "application/json",
    "x-kustomer-webhook-event": "a.b",
    "x-kustomer-webhook-signature": "abababab… (64 characters)",
  });
  expect(JSON.stringify(headers)).not.toContain(SIGNATURE.slice(0, 12));
});

test("a header that a sender made as long as a book is shown by its beginning; one that was not there, not at all", () => {
  const headers = originalHeaders({ contentType: `application/json; x=${"y".repeat(9_000)}`, signature: SIGNATURE });
  expect(headers["content-type"]?.length).toBeLessThan(300);
  expect(headers).not.toHaveProperty("x-kustomer-webhook-event");
});

test("events in a store of an earlier version show the headers that they came with", async () => {
  const path = mkdtempSync(join(folder, "store-"));
  writeFileSync(join(path, "events.db"), gunzipSync(readFileSync(join(FIXTURES, "version-3.db.gz"))));
  const inbox = testInbox(path, () => 1_764_180_000_000);
  const came = {
    "content-type": "application/json; charset=utf-8",
    "x-kustomer-webhook-event": "kustomer.message.create",
    "x-kustomer-webhook-signature": "abababab… (64 characters)",
  };
  expect(await lettersOf(inbox)).toMatchObject([{ id: "dead-1", excerpt: "gone", headers: came }]);
  expect((await inbox.deliveries({}, { limit: 10 })).events).toMatchObject([{ id: "delivered-1", headers: came }]);
  expect(await claim(inbox, 10)).toMatchObject([{ id: "waiting-1", eventHeader: "kustomer.message.create" }]);

  const oldest = join(folder, "oldest");
  mkdirSync(oldest);
  copyFileSync(join(FIXTURES, "version-1.db"), join(oldest, "events.db"));
  const [letter] = await lettersOf(testInbox(oldest));
  expect(letter?.headers).toMatchObject({ "content-type": "application/json" });
});
