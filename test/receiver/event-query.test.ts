import { describe, expect, test } from "@jest/globals";
import { type Asked, type EventQuery, matcherOf, statusFrom } from "../../receiver/event-query";

const letters: Asked[] = [
  {
    seq: 1,
    destination: "a",
    id: "e1",
    name: "kustomer.message.create",
    at: 10,
    status: 410,
    error: "answered 410",
    conversation: "c",
  },
  { seq: 2, destination: "a", id: "e2", name: "kustomer.message.update", at: 20, status: 503, error: "answered 503" },
  { seq: 3, destination: "b", id: "e3", at: 30, error: "got no answer: ECONNREFUSED" },
];

const found = (query: EventQuery): number[] => letters.filter(matcherOf(query)).map(({ seq }) => seq);

describe("events are chosen", () => {
  test.each<[string, EventQuery, number[]]>([
    ["all, where nothing is said", {}, [1, 2, 3]],
    ["by their numbers", { seqs: [3, 1] }, [1, 3]],
    ["by relay", { relay: "a" }, [1, 2]],
    ["by name", { event: "kustomer.message.create" }, [1]],
    ["by the beginning of a name", { event: "kustomer.message.*" }, [1, 2]],
    ["by id", { event: "e3" }, [3]],
    ["by status", { status: 410 }, [1]],
    ["by a class of statuses, which who got none is not in", { status: "5xx" }, [2]],
    ["by a part of the error, in any case", { error: "econnrefused" }, [3]],
    ["from a moment on, and before another", { since: 10, until: 30 }, [1, 2]],
    ["by conversation", { conversation: "c" }, [1]],
    ["by all of it at once", { relay: "a", status: "4xx", since: 5 }, [1]],
  ])("%s", (_, query, expected) => {
    expect(found(query)).toEqual(expected);
  });

  test("by a status or its class, and by nothing that is neither", () => {
    expect(["410", "4XX", "4x", "600", "", "41"].map(statusFrom)).toEqual([
      410,
      "4xx",
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
