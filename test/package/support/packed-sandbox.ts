import { spawn } from "node:child_process";
import path from "node:path";

export interface PackedSandbox {
  readonly url: string;
  /** The indented blocks of what it prints for a person: commands and lines to copy. */
  readonly blocks: string[];
  readonly stop: () => Promise<number | null>;
}

/** `kustomer-relay sandbox`, by the installed command. */
export async function startPackedSandbox(cwd: string): Promise<PackedSandbox> {
  const command = path.join(cwd, "node_modules/.bin/kustomer-relay");
  const child = spawn(command, ["sandbox", "--port", "0"], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.includes("/sandbox/received")) resolve();
    });
    void ended.then((status) => {
      reject(new Error(`the sandbox ended with ${String(status)}: ${printed}`));
    });
  });
  const stop = (): Promise<number | null> => {
    child.kill("SIGTERM");
    return ended;
  };
  const blocks = printed.split("\n\n").filter((block) => block.startsWith("  "));
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
  return { url, blocks: blocks.map((block) => block.replaceAll(/^ {2}/gm, "").trimEnd()), stop };
}
