import { readdirSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import type { Command } from "commander";
import { repoRoot } from "../../toolbox/pulumi";
import { commandsIn, pages, textOf } from "./support";

/** By what is typed, `dead-letters list`: its flags. */
const flagsOf = new Map<string, readonly string[]>();

beforeAll(async () => {
  for (const file of readdirSync(path.join(repoRoot(), "cli/commands"))) {
    const { command } = (await import(`../../cli/commands/${file}`)) as { command: () => Command };
    note(command());
  }
});

function note(command: Command, above = ""): void {
  const typed = `${above}${command.name()}`;
  flagsOf.set(typed, ["--help", ...command.options.flatMap(({ long }) => long ?? [])]);
  for (const below of command.commands) note(below, `${typed} `);
}

test.each(pages())("the commands that %s tells to run exist, with their flags", (page) => {
  const wrong = commandsIn(textOf(page)).flatMap(({ words, flags }) => {
    const typed = [words.join(" "), words[0] ?? ""].find((one) => flagsOf.has(one));
    if (typed === undefined) return [words.join(" ")];
    return flags.filter((flag) => flagsOf.get(typed)?.includes(flag) !== true).map((flag) => `${typed} ${flag}`);
  });
  expect(wrong).toEqual([]);
});
