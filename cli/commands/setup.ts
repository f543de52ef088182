import { existsSync } from "node:fs";
import type { Command } from "commander";
import { UsageError, newCommand } from "../command";
import { printLine } from "../print";
import { Pulumi, type PulumiPlace } from "../pulumi";
import { StackSetup, problemWith } from "../setup/set-up";
import { terminalPrompts } from "../setup/terminal-prompts";
import { textOf, walk } from "../setup/walk";

interface Values {
  readonly stack?: string;
  readonly cwd: string;
}

const DESCRIPTION =
  "Goes through what a person has to do in Kustomer's and Airkit's consoles, step by step: the page, every field and its value, and the answer, which it records in stack config. Then it runs pulumi up, which shows what it would do and asks, and goes on with what that has left. Ctrl-C stops it at any time; run again, it goes on from there. Without a terminal it prints what is left.";

export function command(): Command {
  return newCommand("setup", "Set a stack's relays up, step by step.", DESCRIPTION)
    .option("--stack <name>", "the stack (the one that is selected)")
    .option("--cwd <folder>", "the program's folder", folderOf, ".")
    .action(async ({ stack, cwd }: Values) => {
      const steps = new StackSetup({ cwd, stack, timeoutMs: 60_000 });
      if (!process.stdin.isTTY || !process.stdout.isTTY) {
        const setup = await steps.look();
        printLine(
          setup.trouble ??
            (setup.steps.map((step) => `${step.title}\n${textOf(step)}`).join("\n\n") || WORDS[setup.next]),
        );
        return;
      }
      const outcome = await walk({
        steps,
        prompts: await terminalPrompts(),
        problemWith,
        up: () => up({ cwd, stack }),
      });
      if (outcome === "done") printLine(WORDS.nothing);
      else printLine("Stopped. What was recorded stays; run the same command to go on.");
      if (outcome === "failed") process.exitCode = 1;
    });
}

const WORDS = {
  step: "",
  up: "Nothing left to record. Next: pulumi up",
  nothing: "Nothing left to do by hand.",
} as const;

/** It has the terminal: shows what it would do, and asks. Ctrl-C reaches it by itself; it ends in good order, and we wait for it. */
async function up(place: PulumiPlace): Promise<boolean> {
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  try {
    const { status } = await new Pulumi(place).start(["up"], { terminal: true }).ended;
    return status === 0;
  } finally {
    process.off("SIGINT", wait);
  }
}

function folderOf(cwd: string): string {
  if (existsSync(cwd)) return cwd;
  throw new UsageError(`--cwd ${cwd}: there is no such folder.`);
}
