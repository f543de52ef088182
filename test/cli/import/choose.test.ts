import { PassThrough } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { askForPlainHeaders, choice } from "../../../cli/import/choose";
import type { Found } from "../../../cli/import/survey";

const found = ["one", "two", "three"].map((name): Found => ({
  id: `id-${name}`,
  kind: "webhook",
  name,
  managed: false,
  properties: {},
  detail: "https://example.com",
  remark: "",
  usual: name !== "two",
}));

/** A person at a terminal, who types an answer whenever the question is there. */
function person(...answers: string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let seen = "";
  output.setEncoding("utf8").on("data", (text: string) => {
    seen += text;
    if (!text.includes("Import which?")) return;
    const answer = answers.shift();
    if (answer === undefined) input.end();
    else input.write(`${answer}\n`);
  });
  return { terminal: { input, output, hasPerson: true }, seen: () => seen };
}

describe("a person who is asked what to import", () => {
  test("sees the table, and gets what the numbers say", async () => {
    const { terminal, seen } = person("2-3");
    expect((await choice({ found }, {}, terminal)).map(({ name }) => name)).toEqual(["two", "three"]);
    expect(seen()).toContain("2      outbound webhook  two    https://example.com  id-two\n3   *");
  });

  test("gets what has a star by just pressing Enter", async () => {
    expect((await choice({ found }, {}, person("").terminal)).map(({ name }) => name)).toEqual(["one", "three"]);
  });

  test("is asked again after a mistake", async () => {
    const { terminal, seen } = person("4", "1");
    expect((await choice({ found }, {}, terminal)).map(({ name }) => name)).toEqual(["one"]);
    expect(seen()).toContain("4 is neither a number nor an id of the table");
  });

  test("who leaves instead is told that nothing was done", async () => {
    await expect(choice({ found }, {}, person().terminal)).rejects.toThrow("Nothing was chosen, and nothing was done.");
  });
});

describe("a person who imports webhooks with headers", () => {
  const withHeaders = found.map((one): Found => ({ ...one, properties: { headerNames: ["X-Gate", "x-relay-owner"] } }));
  const asking = (answer: string) => {
    const { terminal, seen } = person(answer);
    terminal.output.on("data", (text: string) => {
      if (text.includes("no secret")) terminal.input.write(`${answer}\n`);
    });
    return { terminal, seen };
  };

  test("is asked which of them hold no secret, once for all, and never of the owner mark", async () => {
    const { terminal, seen } = asking("x-gate");
    expect(await askForPlainHeaders(withHeaders, {}, terminal)).toEqual(["x-gate"]);
    expect(seen()).toContain("x-gate; or Enter for none");
    expect(seen()).not.toContain("x-relay-owner");
  });

  test("is not asked where flags chose: then all are taken for secrets", async () => {
    expect(await askForPlainHeaders(withHeaders, { yes: true }, asking("x-gate").terminal)).toEqual([]);
  });
});
